//! `completions` and `man`: for the shell and the manual, made from the command line itself.

use std::io::Write;

use clap::CommandFactory;
use clap_complete::{aot, generate};

use crate::args::{CommandLine, CompletionsArgs, ManArgs, Shell};
use crate::failure::Failure;
use crate::output::write_stdout;

pub(crate) fn print_completions(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut command = CommandLine::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    match args.shell {
        Shell::Bash => generate(aot::Bash, &mut command, name, &mut script),
        Shell::Zsh => generate(aot::Zsh, &mut command, name, &mut script),
        Shell::Fish => generate(aot::Fish, &mut command, name, &mut script),
    }
    write_stdout(&script)
}

pub(crate) fn print_manual(args: &ManArgs) -> Result<(), Failure> {
    let mut command = CommandLine::command();
    command.build();
    if let Some(name) = &args.command {
        let found = command.find_subcommand(name).cloned();
        command = found.ok_or_else(|| Failure::usage(format!("there is no command {name}")))?;
    }
    let page =
        manual_page(command).map_err(|error| Failure::io("write", "the manual page".as_ref(), &error))?;
    write_stdout(&page)
}

/// The page in roff; the text after the help keeps its lines, since examples are in it.
fn manual_page(command: clap::Command) -> std::io::Result<Vec<u8>> {
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let has_subcommands = command.has_subcommands();
    let manual = clap_mangen::Man::new(command);
    let mut page = Vec::new();
    manual.render_title(&mut page)?;
    manual.render_name_section(&mut page)?;
    manual.render_synopsis_section(&mut page)?;
    manual.render_description_section(&mut page)?;
    manual.render_options_section(&mut page)?;
    if has_subcommands {
        manual.render_subcommands_section(&mut page)?;
    }
    page.extend_from_slice(b".SH EXAMPLES\n.nf\n");
    for line in examples.strip_prefix("Examples:\n").unwrap_or(&examples).lines() {
        let line = line.replace('\\', "\\e").replace('-', "\\-");
        // A line that begins with a dot or a quote would be an order to roff.
        writeln!(page, "\\&{line}")?;
    }
    page.extend_from_slice(b".fi\n");
    Ok(page)
}
