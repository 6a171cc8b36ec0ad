//! Sparse rows of weights, and what is done with them.

/// Places and their weights.
pub(super) type Row = Vec<(u32, f32)>;

/// How many steps there are between a length and twice as much.
const LENGTH_STEPS: f32 = 2.0;

/// The `count` greatest weights, the greatest first; of equal ones the one that stands first.
pub(super) fn top(mut row: Row, count: usize) -> Row {
    let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if row.len() > count {
        row.select_nth_unstable_by(count, order);
        row.truncate(count);
    }
    row.sort_unstable_by(order);
    row
}

/// Reads a little of each of these rows, so that they come from the memory at the same time. What then reads them one after
/// the other would wait for each.
pub(super) fn fetch(rows: &[Row], places: impl Iterator<Item = usize>) {
    // Eight weights stand in a line of the cache.
    let lines = places.flat_map(|place| rows[place].iter().step_by(8));
    std::hint::black_box(lines.fold(0, |sum, (place, _)| sum ^ place));
}

/// The transpose of a square matrix.
pub(super) fn inverted(rows: &[Row]) -> Vec<Row> {
    let mut inverted = vec![Row::new(); rows.len()];
    for (from, row) in (0..).zip(rows) {
        row.iter().for_each(|(to, weight)| inverted[*to as usize].push((from, *weight)));
    }
    inverted
}

/// Each row with its greatest weights alone.
pub(super) fn cut(rows: &[Row], count: usize) -> Vec<Row> {
    rows.iter().map(|row| top(row.clone(), count)).collect()
}

/// The row, made about one long: in steps, so that a word more or less seldom changes what all others weigh.
pub(super) fn normalised(mut row: Row) -> Row {
    let length = row.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt().max(1e-3);
    let length = stepped(length, LENGTH_STEPS);
    row.iter_mut().for_each(|(_, weight)| *weight /= length);
    row
}

/// Adds up weights by their places: dense memory, of which only what was touched is cleared.
#[derive(Debug)]
pub(super) struct Sum {
    weights: Vec<f32>,
    touched: Vec<u32>,
}

impl Sum {
    pub(super) fn new(places: usize) -> Self {
        Self { weights: vec![0.0; places], touched: Vec::new() }
    }

    pub(super) fn add(&mut self, place: u32, weight: f32) {
        let sum = &mut self.weights[place as usize];
        if *sum == 0.0 {
            self.touched.push(place);
        }
        *sum += weight;
    }

    pub(super) fn of(&self, place: u32) -> f32 {
        self.weights[place as usize]
    }

    /// What was added up, in the order in which places were touched first.
    pub(super) fn take(&mut self) -> Row {
        let Self { weights, touched } = self;
        touched.drain(..).map(|place| (place, std::mem::take(&mut weights[place as usize]))).collect()
    }

    pub(super) fn clear(&mut self) {
        let Self { weights, touched } = self;
        touched.drain(..).for_each(|place| weights[place as usize] = 0.0);
    }
}

/// `x` to the nearest of `per_octave` steps between each power of two and the next: what grows a little stays the same.
pub(super) fn stepped(x: f32, per_octave: f32) -> f32 {
    if x <= 0.0 { 0.0 } else { tidy(((x.log2() * per_octave).round() / per_octave).exp2()) }
}

/// Without the last bits, in which the functions of one machine differ from another's.
pub(super) fn tidy(x: f32) -> f32 {
    (x * 4096.0).round() / 4096.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cut_inverted_and_added_up() {
        let rows = vec![vec![(1, 0.5), (2, 0.5)], vec![(2, 1.0)], vec![]];
        assert_eq!(inverted(&rows), [vec![], vec![(0, 0.5)], vec![(0, 0.5), (1, 1.0)]]);
        assert_eq!(top(vec![(3, 0.5), (1, 0.5), (2, 0.9)], 2), [(2, 0.9), (1, 0.5)]);
        let mut sum = Sum::new(4);
        [(2, 1.0), (0, 2.0), (2, 0.5)].iter().for_each(|(place, weight)| sum.add(*place, *weight));
        assert_eq!((sum.of(2), sum.take()), (1.5, vec![(2, 1.5), (0, 2.0)]));
        assert_eq!(sum.take(), []);
    }

    #[test]
    fn a_word_more_leaves_the_weights_of_others_as_they_are() {
        let row: Row = (0..40).map(|word| (word, 0.5 + word as f32 / 40.0)).collect();
        let more: Row = row.iter().copied().chain([(40, 0.2)]).collect();
        let (row, more) = (normalised(row), normalised(more));
        assert_eq!(row, more[..40]);
        let length = row.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        assert!((length - 1.0).abs() < 0.2, "{length}");
    }

    #[test]
    fn steps_are_the_same_for_near_numbers() {
        assert_eq!(stepped(1000.0, 1.0), 1024.0);
        assert_eq!((stepped(90.0, 2.0), stepped(0.0, 1.0)), (stepped(91.0, 2.0), 0.0));
    }
}
