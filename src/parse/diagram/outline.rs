//! Outlines of shapes, which the library writes as curves that are straight, each of them twice.

/// How far a curve may lie from the line between its ends, in pixels.
const STRAIGHT: f64 = 0.05;

type Point = [f64; 2];

/// The path `d` as lines, if it is made of absolute moves and of curves that are straight.
pub(super) fn lines(d: &str) -> Option<String> {
    let mut written = String::new();
    let mut start: Option<Point> = None;
    let mut pen: Option<Point> = None;
    let mut last: Option<(Point, Point)> = None;
    for (command, numbers) in commands(d)? {
        match (command, &numbers[..]) {
            ('M', [x, y]) => pen = Some([*x, *y]),
            ('C', curves) if !curves.is_empty() && curves.len() % 6 == 0 => {
                for curve in curves.chunks_exact(6) {
                    let from = pen?;
                    let to = [curve[4], curve[5]];
                    if !is_near([curve[0], curve[1]], from, to) || !is_near([curve[2], curve[3]], from, to) {
                        return None;
                    }
                    let (from, to) = (tenths(from), tenths(to));
                    pen = Some([curve[4], curve[5]]);
                    if from == to || last == Some((from, to)) {
                        continue;
                    }
                    if last.is_none_or(|(_, end)| end != from) {
                        written.push_str(&format!("M{} {}", from[0], from[1]));
                        start = Some(from);
                    }
                    written.push_str(&format!("L{} {}", to[0], to[1]));
                    last = Some((from, to));
                }
            }
            _ => return None,
        }
    }
    let (_, end) = last?;
    if start == Some(end) {
        written.push('Z');
    }
    Some(written)
}

/// The commands of a path with their numbers; none if there are others than capital letters and numbers.
fn commands(d: &str) -> Option<Vec<(char, Vec<f64>)>> {
    let mut commands: Vec<(char, Vec<f64>)> = Vec::new();
    let mut rest = d.trim_start();
    while let Some(command) = rest.chars().next().filter(char::is_ascii_uppercase) {
        let end = rest[1..].find(|c: char| c.is_ascii_uppercase()).map_or(rest.len(), |end| end + 1);
        let numbers = rest[1..end].split([' ', ',']).filter(|number| !number.is_empty());
        commands.push((command, numbers.map(|number| number.parse().ok()).collect::<Option<_>>()?));
        rest = &rest[end..];
    }
    rest.is_empty().then_some(commands)
}

/// Whether a point lies on the line between two others.
fn is_near(point: Point, from: Point, to: Point) -> bool {
    let (along, up) = (to[0] - from[0], to[1] - from[1]);
    let (x, y) = (point[0] - from[0], point[1] - from[1]);
    let length = along.hypot(up);
    if length < STRAIGHT {
        return x.hypot(y) < STRAIGHT;
    }
    let behind = (x * along + y * up) / length;
    (x * up - y * along).abs() / length < STRAIGHT && (-STRAIGHT..length + STRAIGHT).contains(&behind)
}

fn tenths(point: Point) -> Point {
    // Negative zero is zero.
    point.map(|number| (number * 10.0).round() / 10.0 + 0.0)
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn straight_curves_are_lines() {
        for (curves, expected) in [
            ("M0 0 C1 1, 2 2, 3 3", Some("M0 0L3 3")),
            ("M0 0 C1 0, 2 0, 3 0 C3 1, 3 2, 3 3 C2 2, 1 1, 0 0", Some("M0 0L3 0L3 3L0 0Z")),
            ("M0 0 C1 0, 2 0, 3 0 M0 0 C2 0, 2 0, 3 0 M3 0 C3 0, 3 0, 3 0 M3 0 C3 1, 3 1, 3 3", Some("M0 0L3 0L3 3")),
            ("M0 0 C1 0, 2 0, 3 0 M9 9 C8 9, 8 9, 7 9", Some("M0 0L3 0M9 9L7 9")),
            ("M0 0 C1 1, 2 2, 3 0", None),
            ("M0 0 L3 3", None),
            ("m0 0 C1 1, 2 2, 3 3", None),
            ("M0 0", None),
            ("C1 1, 2 2, 3 3", None),
            ("M0 x C1 1, 2 2, 3 3", None),
            ("", None),
        ] {
            assert_eq!(lines(curves).as_deref(), expected, "{curves}");
        }
    }
}
