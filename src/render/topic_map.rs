//! The map of topics: which of them share articles, laid out on a plane.
//!
//! The layout is that of T. Fruchterman and E. Reingold, "Graph drawing by force-directed placement", 1991: nodes push each
//! other away, edges pull, and what moves cools down. Only operations whose results IEEE 754 fixes are used, so that a
//! map is the same on every machine.

use std::collections::BTreeMap;

use crate::model::{
    Config, Site,
    site::{PageId, PageKind},
};
use crate::render::view::{NarrowMapView, TopicLineView, TopicMapView, TopicNodeView};

/// How many topics a map shows, those with the most articles.
const NODES: usize = 60;

/// Fewer topics than this need no map.
const LEAST: usize = 3;

/// How many lines to other topics each topic draws, the strongest.
const LINES: usize = 4;

/// How wide a map is, titles and all, unless a title alone is wider: beside the column of text, and on a phone.
const WIDE: f64 = 640.0;
const NARROW: f64 = 320.0;

/// Around a map, for what a line is thick and a browser's letters are wider than thought.
const EDGE: f64 = 8.0;

/// How much room a topic needs on a map, and how much more all of them have, in square units.
const ROOM: f64 = 9_000.0;
const MORE_ROOM: f64 = 100_000.0;

const ROUNDS: u32 = 300;

/// How far nodes push each other away, in the distance that is ideal between two: what no line joins stays in sight.
const REACH: f64 = 2.0;

/// The place of a node.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    x: f64,
    y: f64,
}

/// The map of the site's topics, of which `articles` lists the members; `None` where there is too little to show.
pub(super) fn view<'a>(
    config: &'a Config,
    site: &'a Site,
    articles: &[Vec<(PageId, Vec<usize>)>],
) -> Option<TopicMapView<'a>> {
    let mut shown: Vec<usize> = (0..site.topics.len()).filter(|topic| !articles[*topic].is_empty()).collect();
    shown.sort_by_key(|topic| (std::cmp::Reverse(articles[*topic].len()), *topic));
    shown.truncate(NODES);
    shown.sort_unstable();
    if shown.len() < LEAST {
        return None;
    }
    let lines = lines(site, &shown);
    let most = shown.iter().map(|topic| articles[*topic].len()).max().unwrap_or(1) as f64;
    let nodes = shown.iter().map(|topic| {
        let declared = &config.topics[site.topics[*topic].declared];
        let count = articles[*topic].len();
        TopicNodeView {
            title: &declared.title,
            url: config.base_url.rooted(&site.topics[*topic].url),
            colour: declared.colour.as_deref(),
            count,
            x: 0,
            y: 0,
            radius: (6.0 + 14.0 * (count as f64 / most).sqrt()) as i32,
        }
    });
    let nodes: Vec<TopicNodeView<'a>> = nodes.collect();
    let Drawn { width, height, nodes: narrow_nodes, lines: narrow_lines } = draw(&nodes, &lines, NARROW);
    let narrow = NarrowMapView { width, height, nodes: narrow_nodes, lines: narrow_lines };
    let Drawn { width, height, nodes, lines } = draw(&nodes, &lines, WIDE);
    Some(TopicMapView { width, height, nodes, lines, narrow })
}

/// A map of some width.
struct Drawn<'a> {
    width: i32,
    height: i32,
    nodes: Vec<TopicNodeView<'a>>,
    lines: Vec<TopicLineView>,
}

/// Draws nodes and lines on a map that is `width` wide.
fn draw<'a>(nodes: &[TopicNodeView<'a>], lines: &[(usize, usize, usize, bool)], width: f64) -> Drawn<'a> {
    let size = |node: &TopicNodeView<'_>| {
        let across = 2.0 * f64::from(node.radius);
        Point { x: width_of(node.title).max(across), y: across + 22.0 }
    };
    let boxes: Vec<Point> = nodes.iter().map(size).collect();
    let width = boxes.iter().map(|size| size.x).fold(width, f64::max);
    let height = ((ROOM * nodes.len() as f64 + MORE_ROOM) / width).max(0.85 * width);
    let points = spread(place(nodes.len(), lines, Point { x: width, y: height }), &boxes, width);
    let most = lines.iter().map(|line| line.2).max().unwrap_or(1).max(1);
    let line = |(from, to, weight, is_parent): &(usize, usize, usize, bool)| TopicLineView {
        x1: points[*from].x as i32,
        y1: points[*from].y as i32,
        x2: points[*to].x as i32,
        y2: points[*to].y as i32,
        shared: *weight,
        width: 1 + (3 * weight / most) as i32,
        parent: *is_parent,
    };
    let node = |(node, point): (&TopicNodeView<'a>, &Point)| TopicNodeView {
        x: point.x as i32,
        y: point.y as i32,
        ..node.clone()
    };
    let right = points.iter().zip(&boxes).map(|(point, size)| point.x + size.x / 2.0).fold(0.0, f64::max);
    // Titles stand below circles, and so does most of a box.
    let bottom = points.iter().zip(&boxes).map(|(point, size)| point.y + size.y).fold(0.0, f64::max);
    Drawn {
        width: (right + EDGE) as i32,
        height: bottom as i32,
        nodes: nodes.iter().zip(&points).map(node).collect(),
        lines: lines.iter().map(line).collect(),
    }
}

/// The lines between topics, given by their places in `shown`: how many articles the two share, and whether one is the
/// other's parent. Each topic has its strongest ones.
fn lines(site: &Site, shown: &[usize]) -> Vec<(usize, usize, usize, bool)> {
    let place: BTreeMap<usize, usize> = shown.iter().enumerate().map(|(place, topic)| (*topic, place)).collect();
    let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for page in site.pages.iter().filter(|page| page.kind == PageKind::Article) {
        let here: Vec<usize> = page.topics.iter().filter_map(|topic| place.get(topic).copied()).collect();
        for (at, from) in here.iter().enumerate() {
            here[at + 1..].iter().for_each(|to| *shared.entry((*from, *to)).or_default() += 1);
        }
    }
    let above = |topic: usize| std::iter::successors(site.topics[topic].parent, |above| site.topics[*above].parent);
    let is_above = |a: usize, b: usize| above(shown[b]).any(|topic| topic == shown[a]);
    let mut lines: Vec<(usize, usize, usize, bool)> = Vec::new();
    for (from, topic) in shown.iter().enumerate() {
        if let Some(parent) = site.topics[*topic].parent.and_then(|parent| place.get(&parent).copied()) {
            let weight = shared.get(&(from.min(parent), from.max(parent))).copied().unwrap_or(0);
            lines.push((from, parent, weight, true));
        }
        let mut strongest: Vec<(usize, usize)> = shared
            .iter()
            .filter(|((a, b), _)| (*a == from || *b == from) && !is_above(*a, *b) && !is_above(*b, *a))
            .map(|((a, b), weight)| (*weight, if *a == from { *b } else { *a }))
            .collect();
        strongest.sort_by_key(|(weight, to)| (std::cmp::Reverse(*weight), *to));
        lines.extend(strongest.iter().take(LINES).map(|(weight, to)| (from.min(*to), from.max(*to), *weight, false)));
    }
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// About how wide a title is drawn, in the units of the map.
fn width_of(title: &str) -> f64 {
    title.chars().map(|c| if c.is_ascii() { 7.5 } else { 14.0 }).sum::<f64>() + 12.0
}

/// Places `count` nodes on a map of some size, by forces.
fn place(count: usize, lines: &[(usize, usize, usize, bool)], size: Point) -> Vec<Point> {
    // The R2 sequence of M. Roberts: points that are far from one another from the start, without chance.
    let start = |node: usize| {
        let part = |step: f64| (0.5 + step * node as f64).fract();
        Point { x: size.x * part(0.754_877_666_246_692_7), y: size.y * part(0.569_840_290_998_053_2) }
    };
    let mut points: Vec<Point> = (0..count).map(start).collect();
    let ideal = 0.55 * (size.x * size.y / count as f64).sqrt();
    let most = lines.iter().map(|line| line.2).max().unwrap_or(1).max(1) as f64;
    for round in 0..ROUNDS {
        let mut moves = vec![Point { x: 0.0, y: 0.0 }; count];
        for a in 0..count {
            for b in 0..a {
                let (dx, dy, distance) = between(points[a], points[b]);
                if distance > REACH * ideal {
                    continue;
                }
                let push = ideal * ideal / distance / distance;
                moves[a] = Point { x: moves[a].x + dx * push, y: moves[a].y + dy * push };
                moves[b] = Point { x: moves[b].x - dx * push, y: moves[b].y - dy * push };
            }
        }
        for (a, b, weight, _) in lines {
            let (dx, dy, distance) = between(points[*a], points[*b]);
            let pull = distance / ideal * (0.4 + 0.6 * *weight as f64 / most);
            moves[*a] = Point { x: moves[*a].x - dx * pull, y: moves[*a].y - dy * pull };
            moves[*b] = Point { x: moves[*b].x + dx * pull, y: moves[*b].y + dy * pull };
        }
        let warmth = ideal * f64::from(ROUNDS - round) / f64::from(ROUNDS);
        for (point, by) in points.iter_mut().zip(&moves) {
            // A pull to the middle keeps parts that no line joins together.
            let by = Point { x: by.x + (size.x / 2.0 - point.x) * 0.3, y: by.y + (size.y / 2.0 - point.y) * 0.4 };
            let length = (by.x * by.x + by.y * by.y).sqrt().max(0.01);
            let step = length.min(warmth) / length;
            point.x = (point.x + by.x * step).clamp(0.0, size.x);
            point.y = (point.y + by.y * step).clamp(0.0, size.y);
        }
    }
    points
}

fn between(a: Point, b: Point) -> (f64, f64, f64) {
    let (dx, dy) = (a.x - b.x, a.y - b.y);
    (dx, dy, (dx * dx + dy * dy).sqrt().max(1.0))
}

/// Moves nodes apart whose circles and titles would lie over each other, all of them between the map's sides, and into its
/// corner. None may be wider than the map.
fn spread(mut points: Vec<Point>, boxes: &[Point], width: f64) -> Vec<Point> {
    let by = |from: f64, to: f64, overlap: f64| if from < to { -overlap / 2.0 - 0.5 } else { overlap / 2.0 + 0.5 };
    for _ in 0..ROUNDS {
        let mut moved = false;
        for a in 0..points.len() {
            for b in 0..a {
                let overlap_x = (boxes[a].x + boxes[b].x) / 2.0 - (points[a].x - points[b].x).abs();
                let overlap_y = (boxes[a].y + boxes[b].y) / 2.0 - (points[a].y - points[b].y).abs();
                if overlap_x <= 0.0 || overlap_y <= 0.0 {
                    continue;
                }
                moved = true;
                if overlap_y < overlap_x {
                    let step = by(points[a].y, points[b].y, overlap_y);
                    points[a].y += step;
                    points[b].y -= step;
                } else {
                    let step = by(points[a].x, points[b].x, overlap_x);
                    points[a].x += step;
                    points[b].x -= step;
                }
            }
        }
        for (point, size) in points.iter_mut().zip(boxes) {
            point.x = point.x.clamp(size.x / 2.0, (width - size.x / 2.0).max(size.x / 2.0));
        }
        if !moved {
            break;
        }
    }
    // Between its sides a map has an end of room, but none downwards: what is left goes there.
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|a, b| points[*a].y.total_cmp(&points[*b].y).then(a.cmp(b)));
    for (at, node) in order.iter().enumerate() {
        let is_over = |other: &&usize, points: &[Point]| {
            let far = |a: f64, b: f64, sizes: f64| (a - b).abs() >= sizes / 2.0;
            let (here, there) = (points[*node], points[**other]);
            !far(here.x, there.x, boxes[*node].x + boxes[**other].x)
                && !far(here.y, there.y, boxes[*node].y + boxes[**other].y)
        };
        while let Some(other) = order[..at].iter().find(|other| is_over(other, &points)) {
            points[*node].y = points[*other].y + (boxes[*node].y + boxes[*other].y) / 2.0;
        }
    }
    let left = points.iter().zip(boxes).map(|(point, size)| point.x - size.x / 2.0).fold(f64::INFINITY, f64::min);
    let top = points.iter().zip(boxes).map(|(point, size)| point.y - size.y / 2.0).fold(f64::INFINITY, f64::min);
    points.iter().map(|point| Point { x: point.x - left + EDGE, y: point.y - top + EDGE }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_that_share_more_stand_nearer_and_none_over_another() {
        let lines = [(0, 1, 9, false), (2, 3, 9, false), (1, 2, 1, false)];
        let size = Point { x: WIDE, y: WIDE / 2.0 };
        let boxes = vec![Point { x: 80.0, y: 40.0 }; 5];
        let points = spread(place(5, &lines, size), &boxes, WIDE);
        let distance = |a: usize, b: usize| between(points[a], points[b]).2;
        assert!(distance(0, 1) < distance(0, 3) && distance(2, 3) < distance(0, 3), "{points:?}");
        assert_apart(&points, &boxes);
        assert_eq!(points, spread(place(5, &lines, size), &boxes, WIDE));
    }

    #[test]
    fn a_narrow_map_has_room_for_all_of_its_topics() {
        for count in [3, 8, 25, NODES] {
            let node = |node: usize| TopicNodeView {
                title: &"Topics and more"[..5 + node % 11],
                url: String::new(),
                colour: None,
                count: 1,
                x: 0,
                y: 0,
                radius: 14,
            };
            let nodes: Vec<TopicNodeView<'_>> = (0..count).map(node).collect();
            let lines: Vec<_> = (1..count).map(|node| (node / 3, node, 1 + node % 4, false)).collect();
            let map = draw(&nodes, &lines, NARROW);
            assert!(f64::from(map.width) <= NARROW + 2.0 * EDGE, "{count}: {} wide", map.width);
            assert!(map.height <= 200 + 60 * count as i32, "{count}: {} high", map.height);
            let points: Vec<Point> =
                map.nodes.iter().map(|node| Point { x: node.x.into(), y: node.y.into() }).collect();
            let boxes: Vec<Point> = nodes.iter().map(|node| Point { x: width_of(node.title), y: 50.0 }).collect();
            assert_apart(&points, &boxes);
            assert!(points.iter().zip(&boxes).all(|(point, size)| point.x >= size.x / 2.0), "{count}: {points:?}");
        }
    }

    fn assert_apart(points: &[Point], boxes: &[Point]) {
        for a in 0..points.len() {
            for b in 0..a {
                let apart = (points[a].x - points[b].x).abs() >= (boxes[a].x + boxes[b].x) / 2.0 - 2.0
                    || (points[a].y - points[b].y).abs() >= (boxes[a].y + boxes[b].y) / 2.0 - 2.0;
                assert!(apart, "{a} and {b} of {}: {points:?}", points.len());
            }
        }
    }
}
