//! Which library this is, and its error table.

use std::ffi::{CString, c_char};
use std::sync::OnceLock;

use partnersign::{Error, ErrorCode};

use crate::boundary::boundary;
use crate::error::partnersign_error;
use crate::pointers::{Out, refuse};

/// The number that changes when a compiled program would break.
const ABI_VERSION: u32 = 0;

/// The version of the library that is loaded, such as "0.1.0"; `PARTNERSIGN_VERSION` is that of the header.
///
/// Gives `*out_version`: static, NUL-terminated, never freed. Errors: `PARTNERSIGN_INVALID_ARGUMENT`.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_version(out_version: Out<*const c_char>, error: Out<partnersign_error>) -> i32 {
    boundary(error, || {
        static VERSION: OnceLock<CString> = OnceLock::new();
        let target = out_version.target()?;
        target.write(VERSION.get_or_init(|| c_text(env!("CARGO_PKG_VERSION"))).as_ptr());
        Ok(())
    })
}

/// The version of the ABI of the library that is loaded. It must equal `PARTNERSIGN_ABI_VERSION`, that of
/// the header which the caller was compiled with.
///
/// Gives `*out_abi_version`. Errors: `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_abi_version(out_abi_version: Out<u32>, error: Out<partnersign_error>) -> i32 {
    boundary(error, || {
        out_abi_version.target()?.write(ABI_VERSION);
        Ok(())
    })
}

/// The text of a status that all languages share, such as `invalid_url` for 101; `ok` for 0.
///
/// Gives `*out_code`: static, NUL-terminated, never freed. Errors: `PARTNERSIGN_INVALID_ARGUMENT` (also for
/// a number that is no status). Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_status_code(
    status: i32,
    out_code: Out<*const c_char>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let target = out_code.target()?;
        target.write(text_of(status)?.code.as_ptr());
        Ok(())
    })
}

/// One sentence that says what a status means.
///
/// Gives `*out_meaning`: static, NUL-terminated, never freed. Errors: `PARTNERSIGN_INVALID_ARGUMENT` (also
/// for a number that is no status). Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_status_meaning(
    status: i32,
    out_meaning: Out<*const c_char>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let target = out_meaning.target()?;
        target.write(text_of(status)?.meaning.as_ptr());
        Ok(())
    })
}

/// A line of the error table, as C reads text.
struct StatusText {
    status: i32,
    code: CString,
    meaning: CString,
}

fn text_of(status: i32) -> Result<&'static StatusText, Error> {
    static TABLE: OnceLock<Vec<StatusText>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let ok = StatusText { status: 0, code: c_text("ok"), meaning: c_text("Done.") };
        let errors = ErrorCode::ALL.iter().map(|code| StatusText {
            status: code.number(),
            code: c_text(code.as_str()),
            meaning: c_text(code.meaning()),
        });
        std::iter::once(ok).chain(errors).collect()
    });
    table.iter().find(|text| text.status == status).ok_or_else(|| refuse("the number is no status"))
}

fn c_text(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}
