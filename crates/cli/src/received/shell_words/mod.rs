//! Splits a pasted command line into words, quotes and escapes as bash has them; it runs nothing.
//!
//! `shlex` and `shell-words` know no `$'…'`, which browsers write, and pass `$NAME` on in silence.

mod ansi_quoted;
#[cfg(test)]
mod tests;

use std::iter::Peekable;
use std::str::Chars;

use crate::failure::Failure;

/// One word with its quotes removed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) bytes: Vec<u8>,
    /// Whether it holds what only the shell could have filled in: `$NAME`, `$(…)`, `{a,b}`.
    pub(super) is_expanded: bool,
}

impl Word {
    fn push(&mut self, character: char) {
        self.bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

/// The words of the first command in `text`, up to its end or to `|`, `;` or `&`.
///
/// Redirections of the output are left out. Refused are quotes that do not end, input by `<`, and a
/// second line that the first does not continue with a backslash.
pub(super) fn split(text: &str) -> Result<Vec<Word>, Failure> {
    let mut splitter =
        Splitter { rest: text.chars().peekable(), word: None, words: Vec::new(), skip_next: false };
    splitter.run()?;
    splitter.end_word();
    Ok(splitter.words)
}

struct Splitter<'a> {
    rest: Peekable<Chars<'a>>,
    /// The word that is being read; an empty pair of quotes makes one too.
    word: Option<Word>,
    words: Vec<Word>,
    /// The next word is where the output goes.
    skip_next: bool,
}

impl Splitter<'_> {
    fn run(&mut self) -> Result<(), Failure> {
        let mut braces = Braces::default();
        while let Some(character) = self.rest.next() {
            match character {
                ' ' | '\t' => self.end_word(),
                '\r' if self.rest.peek() == Some(&'\n') => self.end_word(),
                '\n' => {
                    self.end_word();
                    if !self.words.is_empty() {
                        return self.nothing_follows();
                    }
                }
                '#' if self.word.is_none() => {
                    while self.rest.next_if(|character| *character != '\n').is_some() {}
                }
                '&' if self.word.is_some() && self.rest.peek().is_some_and(|next| next.is_alphanumeric()) => {
                    return Err(Failure::input(
                        "the command line has an unquoted '&', which ends the command for a shell; quote the URL",
                    ));
                }
                '|' | ';' | '&' => return Ok(()),
                '>' => self.redirect(),
                '<' | '(' | ')' => {
                    return Err(Failure::input(format!(
                        "the command line has an unquoted '{character}'; quote it, or put the body into a file and name that: --data-binary @FILE"
                    )));
                }
                '\'' => self.single_quoted()?,
                '"' => self.double_quoted()?,
                '$' => match self.after_dollar() {
                    Some('\'') => {
                        self.rest.next();
                        self.ansi_quoted()?;
                    }
                    Some('"') => {}
                    _ => self.expansion()?,
                },
                '`' => self.backquoted()?,
                '\\' => self.escaped(),
                _ => {
                    self.word().push(character);
                    if braces.close(character) {
                        self.word().is_expanded = true;
                    }
                }
            }
            if self.word.is_none() {
                braces = Braces::default();
            }
        }
        Ok(())
    }

    fn word(&mut self) -> &mut Word {
        self.word.get_or_insert_default()
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take() {
            if !std::mem::take(&mut self.skip_next) {
                self.words.push(word);
            }
        }
    }

    /// A line break ended the command: what follows was meant to belong to it.
    fn nothing_follows(&mut self) -> Result<(), Failure> {
        if self.rest.all(char::is_whitespace) {
            return Ok(());
        }
        Err(Failure::input(
            "the command ends at a line break, but more lines follow: end each line but the last with a backslash, or remove them",
        ))
    }

    /// `> file`, `2> file`, `2>&1`: where the output goes changes nothing that is sent.
    fn redirect(&mut self) {
        if self.word.as_ref().is_some_and(|word| word.bytes.iter().all(u8::is_ascii_digit)) {
            self.word = None;
        }
        self.end_word();
        while self.rest.next_if(|character| ['>', '&', '|'].contains(character)).is_some() {}
        self.skip_next = true;
    }

    /// A backslash outside of quotes; before a line break both go.
    fn escaped(&mut self) {
        if self.continues_line() {
            return;
        }
        // At the very end it continues a line that was not copied.
        if let Some(character) = self.rest.next() {
            self.word().push(character);
        }
    }

    /// A sign may be torn from what follows it by a line that is continued.
    fn join_lines(&mut self) {
        while self.rest.peek() == Some(&'\\') {
            let before = self.rest.clone();
            self.rest.next();
            if !self.continues_line() {
                self.rest = before;
                return;
            }
        }
    }

    /// Takes the line break after a backslash, also that of Windows.
    fn continues_line(&mut self) -> bool {
        let mut ahead = self.rest.clone();
        ahead.next_if_eq(&'\r');
        let continues = ahead.next_if_eq(&'\n').is_some();
        if continues {
            self.rest = ahead;
        }
        continues
    }

    fn single_quoted(&mut self) -> Result<(), Failure> {
        self.word();
        while let Some(character) = self.rest.next() {
            match character {
                '\'' => return Ok(()),
                _ => self.word().push(character),
            }
        }
        Err(unended("'"))
    }

    fn double_quoted(&mut self) -> Result<(), Failure> {
        self.word();
        while let Some(character) = self.rest.next() {
            match character {
                '"' => return Ok(()),
                '$' => self.expansion()?,
                '`' => self.backquoted()?,
                '\\' if self.rest.peek() == Some(&'\n') => {
                    self.rest.next();
                }
                '\\' => {
                    let escaped = self.rest.next_if(|next| ['$', '`', '"', '\\'].contains(next));
                    self.word().push(escaped.unwrap_or('\\'));
                }
                _ => self.word().push(character),
            }
        }
        Err(unended("\""))
    }

    fn after_dollar(&mut self) -> Option<char> {
        self.join_lines();
        self.rest.peek().copied()
    }

    /// After `$`: keeps what stands there, and marks the word if the shell would replace it.
    fn expansion(&mut self) -> Result<(), Failure> {
        self.word().push('$');
        let next = self.after_dollar();
        let replaced = next.is_some_and(|next| next.is_ascii_alphanumeric() || "_({?#!*@$-".contains(next));
        self.word().is_expanded |= replaced;
        match next {
            Some('(') => self.keep_until(')', Some('(')),
            Some('{') => self.keep_until('}', Some('{')),
            _ => Ok(()),
        }
    }

    fn backquoted(&mut self) -> Result<(), Failure> {
        self.word().push('`');
        self.word().is_expanded = true;
        self.keep_until('`', None)
    }

    /// Keeps all up to the bracket that closes, whatever quotes stand between.
    fn keep_until(&mut self, close: char, open: Option<char>) -> Result<(), Failure> {
        let mut depth = usize::from(open.is_none());
        while let Some(character) = self.rest.next() {
            self.word().push(character);
            if character == close {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Ok(());
                }
            } else if Some(character) == open {
                depth += 1;
            }
        }
        Err(unended(&close.to_string()))
    }
}

/// Notices `{a,b}`, which bash makes two words of.
#[derive(Default)]
struct Braces {
    open: bool,
    list: bool,
}

impl Braces {
    fn close(&mut self, character: char) -> bool {
        match character {
            '{' => self.open = true,
            ',' => self.list |= self.open,
            '}' => return self.list,
            _ => {}
        }
        false
    }
}

fn unended(quote: &str) -> Failure {
    Failure::input(format!("the command line has a {quote} that is not closed"))
}
