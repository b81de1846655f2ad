//! The plot of what grows with the document.

use std::collections::BTreeMap;
use std::path::Path;

use plotters::prelude::*;

use crate::Failure;
use crate::generation::Point;

type Measure = fn(&Point) -> f64;

/// Draws processor time and memory of generation by the size of the document, a line a generator.
pub(crate) fn draw(file: &Path, points: &[Point]) -> Result<(), Failure> {
    let root = SVGBackend::new(file, (900, 360)).into_drawing_area();
    let failed =
        |error: &dyn std::fmt::Display| Failure(format!("cannot draw {}: {error}", file.display()));
    root.fill(&WHITE).map_err(|error| failed(&error))?;
    let panels = root.split_evenly((1, 2));
    let measures: [(&str, Measure); 2] =
        [("processor seconds", |point| point.seconds), ("MB at most", |point| point.memory)];
    for (panel, (title, measure)) in panels.iter().zip(measures) {
        let most = |of: Measure| points.iter().map(of).fold(0.0_f64, f64::max) * 1.05;
        let (width, height) = (most(|point| point.megabytes), most(measure));
        let mut chart = ChartBuilder::on(panel)
            .caption(format!("{title} by MB of the document"), ("sans-serif", 15))
            .margin(10)
            .x_label_area_size(28)
            .y_label_area_size(46)
            .build_cartesian_2d(0.0..width, 0.0..height)
            .map_err(|error| failed(&error))?;
        chart.configure_mesh().draw().map_err(|error| failed(&error))?;
        let mut lines: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
        for point in points {
            lines.entry(point.generator).or_default().push((point.megabytes, measure(point)));
        }
        for (index, (name, mut line)) in lines.into_iter().enumerate() {
            line.sort_by(|a, b| a.0.total_cmp(&b.0));
            let color = Palette99::pick(index).stroke_width(2);
            chart
                .draw_series(LineSeries::new(line, color))
                .map_err(|error| failed(&error))?
                .label(name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color));
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(WHITE.mix(0.8))
            .draw()
            .map_err(|error| failed(&error))?;
    }
    root.present().map_err(|error| failed(&error))
}
