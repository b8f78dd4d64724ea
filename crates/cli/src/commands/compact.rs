//! `compact`: the bytes and nothing else.

use std::path::Path;

use partnersign::compact_json;

use crate::args::CompactArgs;
use crate::failure::Failure;
use crate::input::read_body_file;
use crate::output::write_stdout;

pub(crate) fn run(args: &CompactArgs) -> Result<(), Failure> {
    let json = read_body_file(args.file.as_deref().unwrap_or(Path::new("-")))?;
    write_stdout(&compact_json(&json)?)
}
