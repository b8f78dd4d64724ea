//! The plot: for each row how much of its target is used. Up to the line at 1 it is met.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::row::Row;
use crate::Outcome;

const WIDTH: i32 = 1180;
const LINE_HEIGHT: i32 = 26;
const TOP: i32 = 64;
const BOTTOM: i32 = 52;
/// Where the bars begin; the names stand left of it.
const LEFT: i32 = 500;
/// The length of a bar that uses its whole target.
const UNIT: i32 = 300;
/// A bar ends here, whatever its length: a target missed by far.
const LONGEST: f64 = 1.35;
/// Where the figures stand: right of the longest bar.
const FIGURES: i32 = LEFT + 420;

const MET: RGBColor = RGBColor(38, 120, 90);
const MISSED: RGBColor = RGBColor(190, 60, 40);
const INK: RGBColor = RGBColor(40, 40, 40);
const GRID: RGBColor = RGBColor(215, 215, 215);

type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), String>;

/// The rows that have a target, as SVG.
pub(crate) fn draw(rows: &[Row]) -> Outcome<String> {
    let rows: Vec<(&Row, f64)> = rows.iter().filter_map(|row| Some((row, row.share_of_target()?))).collect();
    let lines = i32::try_from(rows.len()).unwrap_or(0);
    let bottom = TOP + lines * LINE_HEIGHT;
    let mut svg = String::new();
    {
        let size = (WIDTH.unsigned_abs(), (bottom + BOTTOM).unsigned_abs());
        let canvas = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        canvas.fill(&WHITE).map_err(|error| error.to_string())?;
        write(&canvas, "How much of its target each figure uses", (24, 26), 18, INK, HPos::Left)?;
        write(
            &canvas,
            "shorter is better; a bar that passes the line at 1 misses its target",
            (24, 46),
            12,
            INK,
            HPos::Left,
        )?;
        for (tick, label) in [(0.0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75")] {
            vertical(&canvas, along(tick), bottom, GRID)?;
            write(&canvas, label, (along(tick), bottom + 14), 12, INK, HPos::Center)?;
        }
        for ((row, share), line) in rows.iter().zip(0..) {
            bar(&canvas, row, *share, TOP + line * LINE_HEIGHT)?;
        }
        vertical(&canvas, along(1.0), bottom, INK)?;
        write(&canvas, "1 = the target", (along(1.0), bottom + 14), 12, INK, HPos::Center)?;
        canvas.present().map_err(|error| error.to_string())?;
    }
    Ok(svg)
}

/// One row: its name, its bar, its figure and target.
fn bar(canvas: &Canvas<'_>, row: &Row, share: f64, top: i32) -> Drawn {
    let color = if share <= 1.0 { MET } else { MISSED };
    let middle = top + LINE_HEIGHT / 2;
    write(canvas, &row.what, (LEFT - 10, middle), 12, INK, HPos::Right)?;
    let end = along(share.clamp(0.004, LONGEST));
    let area = [(LEFT, top + 5), (end, top + LINE_HEIGHT - 5)];
    canvas.draw(&Rectangle::new(area, color.filled())).map_err(|error| error.to_string())?;
    let note = match share {
        ..=1.0 => "",
        ..=LONGEST => ", missed",
        _ => ", missed by more than is drawn",
    };
    let text = format!("{} ({}{note})", row.value_text(), row.target_text());
    write(canvas, &text, (FIGURES, middle), 12, color, HPos::Left)
}

/// The place of a share of a target.
#[expect(clippy::cast_possible_truncation, reason = "at most LONGEST times UNIT")]
fn along(share: f64) -> i32 {
    LEFT + (share * f64::from(UNIT)).round() as i32
}

fn vertical(canvas: &Canvas<'_>, at: i32, bottom: i32, color: RGBColor) -> Drawn {
    canvas.draw(&PathElement::new([(at, TOP), (at, bottom)], color)).map_err(|error| error.to_string())
}

fn write(canvas: &Canvas<'_>, text: &str, at: (i32, i32), size: i32, color: RGBColor, side: HPos) -> Drawn {
    let style = ("sans-serif", size).into_font().color(&color).pos(Pos::new(side, VPos::Center));
    canvas.draw(&Text::new(text, at, style)).map_err(|error| error.to_string())
}
