//! A row for each page, kept from one weave to the next, with a mark on each that came out otherwise.

use std::ops::Deref;

use rayon::prelude::*;

use crate::link::related::rows::Row;

/// Rows by the numbers of pages. What is made again is compared, so that equal rows count as the same.
#[derive(Debug, Default)]
pub(super) struct Matrix {
    rows: Vec<Row>,
    changed: Vec<bool>,
    any: bool,
}

impl Matrix {
    /// So many empty rows.
    pub(super) fn new(size: usize) -> Self {
        Self { rows: vec![Row::new(); size], changed: vec![false; size], any: false }
    }

    /// Whether a row came out otherwise at the last turn.
    pub(super) fn is_changed(&self, page: usize) -> bool {
        self.changed[page]
    }

    /// Whether any row did.
    pub(super) fn any(&self) -> bool {
        self.any
    }

    /// A turn at which no row can have changed.
    pub(super) fn keep(&mut self) {
        if self.any {
            self.changed.fill(false);
            self.any = false;
        }
    }

    /// Takes all rows anew if `is_due`, else keeps them.
    pub(super) fn renew_all(&mut self, is_due: bool, make: impl FnOnce() -> Vec<Row>) {
        self.keep();
        if is_due {
            let mut rows = make();
            rows.iter_mut().for_each(Row::shrink_to_fit);
            self.rows.iter().zip(&rows).zip(&mut self.changed).for_each(|((old, new), changed)| *changed = old != new);
            self.any = self.changed.contains(&true);
            self.rows = rows;
        }
    }

    /// Makes the rows of the pages that are `due`, in parallel, each thread with a `memory` of its own. Gives the old rows
    /// that came out otherwise.
    pub(super) fn renew<M>(
        &mut self,
        due: &[bool],
        memory: impl Fn() -> M + Sync + Send,
        make: impl Fn(&mut M, usize) -> Row + Sync + Send,
    ) -> Vec<Row> {
        self.keep();
        let due: Vec<usize> = (0..due.len()).filter(|page| due[*page]).collect();
        // Cut out of a longer one, a row would hold on to all of its room.
        let make = |memory: &mut M, page: &usize| {
            let mut row = make(memory, *page);
            row.shrink_to_fit();
            row
        };
        let rows: Vec<Row> = due.par_iter().map_init(memory, make).collect();
        let mut gone = Vec::new();
        for (page, row) in due.into_iter().zip(rows) {
            if self.rows[page] != row {
                gone.push(std::mem::replace(&mut self.rows[page], row));
                self.changed[page] = true;
            }
        }
        self.any = !gone.is_empty();
        gone
    }
}

impl Deref for Matrix {
    type Target = [Row];

    fn deref(&self) -> &[Row] {
        &self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_come_out_otherwise_are_marked() {
        let mut matrix = Matrix::new(3);
        let gone = matrix.renew(&[true, true, false], || (), |(), page| vec![(page as u32, 1.0); page]);
        assert_eq!((gone, &matrix.changed[..], matrix.any()), (vec![vec![]], &[false, true, false][..], true));
        matrix.renew_all(false, || unreachable!("not due"));
        assert!(!matrix.any() && !matrix.is_changed(1));
        matrix.renew_all(true, || vec![vec![], vec![(1, 1.0)], vec![(2, 2.0)]]);
        assert_eq!(&matrix.changed[..], &[false, false, true]);
    }

    #[test]
    fn rows_that_were_cut_out_of_longer_ones_give_their_room_back() {
        let long = || -> Row {
            let mut row: Row = (0..1000).map(|page| (page, 1.0)).collect();
            row.truncate(3);
            row
        };
        let mut matrix = Matrix::new(2);
        matrix.renew(&[true, true], || (), |(), _| long());
        assert!(matrix.iter().all(|row| row.capacity() == 3));
        matrix.renew_all(true, || vec![long(), Row::new()]);
        assert!(matrix.iter().all(|row| row.capacity() == row.len()));
    }
}
