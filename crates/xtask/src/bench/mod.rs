//! `bench`: the targets of speed and memory, measured in one run and written as table, JSON and plot.
//!
//! Everything is a ratio of alternated medians ([`contest`]), beside a pure-CPU control, because the
//! speed of shared machines drifts. Nothing here fails because something is slow: a missed target is
//! shown as missed.

mod compaction;
mod contest;
mod control;
mod diagnosis;
mod inputs;
mod keys;
mod machine;
mod memory;
mod openssl;
mod plot;
mod processes;
mod programs;
mod report;
mod row;
mod signing;

use contest::Pace;
use row::{Board, Row};

use crate::Outcome;

/// Measures everything; writes `docs/performance` unless it is a `quick` run.
pub(crate) fn run(quick: bool) -> Outcome {
    let pace = if quick { Pace::QUICK } else { Pace::FULL };
    let files = processes::Files::prepare()?;
    let mut board = Board::default();

    signing::measure(pace, &mut board)?;
    compaction::measure(pace, &mut board)?;
    keys::measure(pace, &mut board)?;
    diagnosis::measure(pace, &mut board)?;
    processes::measure(pace, &files, &mut board)?;
    memory::measure(pace, &mut board)?;
    programs::measure(pace, &mut board)?;
    board.add(control_row());

    let report = report::Report::new(&board.rows)?;
    if quick {
        println!("\n{}", report.table());
        return Ok(());
    }
    report.write()
}

/// One measurement in a process of its own.
pub(crate) fn probe(arguments: &[String]) -> Outcome {
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["first-signature", pem_file] => processes::probe_first_signature(pem_file),
        ["memory", pem_file, count] => memory::probe(pem_file, count),
        _ => Err(format!("no such probe: {arguments:?}")),
    }
}

/// How steady the machine was: the same work, once in each contest.
fn control_row() -> Row {
    let (slowest, fastest) = control::extremes();
    Row::new(
        "control",
        "the same CPU work, its slowest median of this run to its fastest",
        slowest / fastest,
        "x",
    )
}
