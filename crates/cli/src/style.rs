//! Bold for the key facts: on a terminal only, and never where `NO_COLOR` is set.

use std::io::IsTerminal;

/// How stdout may be written to.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    is_styled: bool,
}

impl Style {
    /// Plain, unless stdout is a terminal that can do more and nobody said no (<https://no-color.org>).
    pub(crate) fn of_stdout() -> Self {
        let is_refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_none_or(|terminal| terminal == "dumb");
        Self { is_styled: std::io::stdout().is_terminal() && !is_refused && !is_dumb }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        if self.is_styled { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }
}
