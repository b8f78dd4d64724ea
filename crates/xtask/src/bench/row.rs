//! One line of the report: a figure, what it should be, and what was measured beside it.

use super::contest::Spread;

/// A figure.
pub(crate) struct Row {
    /// Its stable name in the JSON.
    pub(crate) id: String,
    /// What was measured, in one line.
    pub(crate) what: String,
    pub(crate) value: f64,
    /// The unit of `value` and of the target.
    pub(crate) unit: &'static str,
    /// The middle half of the rounds, where there were rounds.
    pub(crate) spread: Option<(f64, f64)>,
    pub(crate) target: Option<Target>,
    /// Further figures of the same run.
    pub(crate) beside: Vec<Beside>,
}

/// What a figure should be.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
}

/// A figure for comparison.
pub(crate) struct Beside {
    pub(crate) what: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
}

impl Row {
    pub(crate) fn new(
        id: impl Into<String>,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
    ) -> Self {
        let (id, what) = (id.into(), what.into());
        Self { id, what, value, unit, spread: None, target: None, beside: Vec::new() }
    }

    /// A figure with the spread of its rounds; `scale` brings both into the unit.
    pub(crate) fn spread(
        id: impl Into<String>,
        what: impl Into<String>,
        spread: Spread,
        scale: f64,
        unit: &'static str,
    ) -> Self {
        let bounds = (spread.low * scale, spread.high * scale);
        Self { spread: Some(bounds), ..Self::new(id, what, spread.median * scale, unit) }
    }

    pub(crate) fn at_most(mut self, bound: f64) -> Self {
        self.target = Some(Target::AtMost(bound));
        self
    }

    pub(crate) fn at_least(mut self, bound: f64) -> Self {
        self.target = Some(Target::AtLeast(bound));
        self
    }

    pub(crate) fn beside(mut self, what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        self.beside.push(Beside { what: what.into(), value, unit });
        self
    }

    /// How much of the target is used: up to 1 it is met.
    pub(crate) fn share_of_target(&self) -> Option<f64> {
        Some(match self.target? {
            Target::AtMost(bound) => self.value / bound,
            Target::AtLeast(bound) => bound / self.value,
        })
    }

    /// `met`, `missed`, or nothing where there is no target.
    pub(crate) fn verdict(&self) -> &'static str {
        match self.share_of_target() {
            Some(share) if share <= 1.0 => "met",
            Some(_) => "missed",
            None => "",
        }
    }

    /// The target as text, or nothing.
    pub(crate) fn target_text(&self) -> String {
        match self.target {
            Some(Target::AtMost(bound)) => format!("<= {}", figure(bound, self.unit)),
            Some(Target::AtLeast(bound)) => format!(">= {}", figure(bound, self.unit)),
            None => String::new(),
        }
    }

    pub(crate) fn value_text(&self) -> String {
        figure(self.value, self.unit)
    }

    /// What was measured beside it, as text.
    pub(crate) fn beside_text(&self) -> String {
        let texts: Vec<String> = self
            .beside
            .iter()
            .map(|beside| format!("{} {}", beside.what, figure(beside.value, beside.unit)))
            .collect();
        texts.join("; ")
    }
}

/// A number with three or four digits that count, and its unit.
pub(crate) fn figure(value: f64, unit: &str) -> String {
    let digits = match value.abs() {
        100.0.. => 0,
        10.0.. => 1,
        1.0.. if unit != "x" => 2,
        _ => 3,
    };
    format!("{value:.digits$} {unit}")
}

/// All figures of a run; says each as it comes, for a person waits.
#[derive(Default)]
pub(crate) struct Board {
    pub(crate) rows: Vec<Row>,
}

impl Board {
    pub(crate) fn add(&mut self, row: Row) {
        println!("{:>12}  {:<16} {:<7} {}", row.value_text(), row.target_text(), row.verdict(), row.what);
        self.rows.push(row);
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, figure};

    #[test]
    fn a_missed_target_is_shown_as_missed() {
        assert_eq!(Row::new("a", "a", 1.04, "x").at_most(1.03).verdict(), "missed");
        assert_eq!(Row::new("a", "a", 1.03, "x").at_most(1.03).verdict(), "met");
        assert_eq!(Row::new("a", "a", 0.94, "x").at_least(0.95).verdict(), "missed");
        assert_eq!(Row::new("a", "a", 0.94, "x").verdict(), "");
    }

    #[test]
    fn figures_keep_the_digits_that_count() {
        let texts = [figure(1.0304, "x"), figure(0.1234, "us"), figure(12.34, "ms"), figure(649.4, "us")];
        assert_eq!(texts, ["1.030 x", "0.123 us", "12.3 ms", "649 us"]);
    }
}
