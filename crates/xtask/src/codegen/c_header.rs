//! `include/partnersign.h`: cbindgen reads `bindings/c/src`, the error numbers come from core's table.

use std::fmt::Write;

use cbindgen::{Builder, Config, DocumentationStyle, ItemType, Language, Style};
use partnersign::ErrorCode;

use crate::{Outcome, workspace};

/// The header, or a text that no compiler accepts and that says why there is none.
pub(crate) fn c_header() -> String {
    generate().unwrap_or_else(|why| format!("#error {why}\n"))
}

fn generate() -> Outcome<String> {
    let sources = workspace::root().join("bindings/c/src");
    let mut source = String::new();
    for module in MODULES {
        let module = workspace::read(&sources.join(format!("{module}.rs")))?;
        // The unit tests and what is said of a whole file are not for the header.
        let module = module.split("#[cfg(test)]").next().unwrap_or_default();
        source.extend(module.lines().filter(|line| !line.starts_with("//!")).flat_map(|line| [line, "\n"]));
    }
    let file = workspace::target().join("codegen/c_header.rs");
    workspace::write(&file, &with_plain_pointers(&source))?;
    let bindings = Builder::new().with_config(config()).with_src(&file).generate();
    let mut text = Vec::new();
    bindings.map_err(|error| format!("cbindgen: {error}"))?.write(&mut text);
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// `In<T>` and `Out<T>` are pointers with checks, which C writes as `const T *` and `T *`.
fn with_plain_pointers(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((wrapper, pointer)) = [("In<", "*const "), ("Out<", "*mut ")]
        .into_iter()
        .filter(|(wrapper, _)| rest.contains(wrapper))
        .min_by_key(|(wrapper, _)| rest.find(wrapper))
    {
        let (before, after) = rest.split_once(wrapper).unwrap_or_default();
        let (inner, tail) = after.split_once('>').unwrap_or_default();
        text.extend([before, pointer, inner]);
        rest = tail;
    }
    text + rest
}

/// In the order of the header.
const MODULES: &[&str] = &[
    "error",
    "kinds",
    "version",
    "signing_key",
    "verifying_key",
    "api_key",
    "request",
    "callbacks",
    "signer",
    "prepared",
    "batch",
    "signed_request",
    "compact",
    "verifier",
    "diagnosis",
    "nonce",
    "test_panic",
];

fn config() -> Config {
    let mut config = Config {
        language: Language::C,
        style: Style::Both,
        cpp_compat: true,
        include_guard: Some("PARTNERSIGN_H".to_owned()),
        no_includes: true,
        sys_includes: vec!["stddef.h".to_owned(), "stdint.h".to_owned()],
        header: Some(BANNER.to_owned()),
        after_includes: Some(constants()),
        usize_is_size_t: true,
        documentation_style: DocumentationStyle::C,
        line_length: 110,
        sort_by: cbindgen::SortKey::None,
        ..Config::default()
    };
    config.export.item_types = vec![
        ItemType::Constants,
        ItemType::Structs,
        ItemType::Typedefs,
        ItemType::Functions,
        ItemType::OpaqueItems,
    ];
    config
}

const BANNER: &str = include_str!("c_header_banner.h");

/// Versions, the error table, and how each struct begins.
fn constants() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let parts: Vec<&str> = version.split('.').collect();
    let mut text =
        String::from("\n/* The version of this header; partnersign_version gives that of the library. */\n");
    let _ = writeln!(text, "#define PARTNERSIGN_VERSION \"{version}\"");
    for (name, part) in ["MAJOR", "MINOR", "PATCH"].iter().zip(&parts) {
        let _ = writeln!(text, "#define PARTNERSIGN_VERSION_{name} {part}");
    }
    text += "/* It changes when a compiled program would break, and with it the soname. */\n\
             #define PARTNERSIGN_ABI_VERSION 0\n\n\
             /* What every function returns: 0, or why it refused. Numbers never change their meaning. */\n\
             #define PARTNERSIGN_OK 0\n";
    for code in ErrorCode::ALL {
        let name = code.as_str().to_uppercase();
        let _ = writeln!(text, "/* {} */\n#define PARTNERSIGN_{name} {}", code.meaning(), code.number());
    }
    text += INITIALIZERS;
    text
}

const INITIALIZERS: &str = include_str!("c_header_initializers.h");
