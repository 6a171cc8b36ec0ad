use super::*;

fn wanted() -> Social {
    Social { enabled: true, ..Social::default() }
}

fn card(title: &str) -> Card {
    let texts = [title, "Collaboration", "Docweave"];
    Card::new(&wanted(), &Fonts::new(Vec::new()), texts, None).unwrap_or_else(|| panic!("{title} can be drawn"))
}

fn drawn(title: &str) -> Vec<u8> {
    draw(&card(title), &Fonts::new(Vec::new()))
}

/// The pixels of a picture as places in its palette.
fn pixels(bytes: &[u8]) -> Vec<u8> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("it is a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("it is small")];
    let info = reader.next_frame(&mut pixels).expect("it is whole");
    assert_eq!((info.width, info.height), SIZE);
    pixels
}

/// The columns and rows between which something of `shades` is drawn.
fn extent(pixels: &[u8], shades: std::ops::RangeInclusive<u8>) -> (usize, usize, usize, usize) {
    let width = SIZE.0 as usize;
    let inked = || (0..pixels.len()).filter(|at| shades.contains(&pixels[*at]));
    let columns = || inked().map(|at| at % width);
    let rows = || inked().map(|at| at / width);
    let some = "something is drawn";
    (columns().min().expect(some), columns().max().expect(some), rows().min().expect(some), rows().max().expect(some))
}

const TEXT: std::ops::RangeInclusive<u8> = 1..=32;

#[test]
fn the_same_card_has_the_same_bytes_everywhere() {
    let bytes = drawn("Who owns the pipeline?");
    assert_eq!(Digest::of_value(&pixels(&bytes)).short(16), "83898ab3078fa222");
    assert_eq!(bytes, drawn("Who owns the pipeline?"));
    assert!(bytes.len() < 32 << 10, "{} bytes", bytes.len());
}

#[test]
fn titles_stay_inside() {
    let long = "word ".repeat(80);
    let unbroken = "x".repeat(300);
    for title in [
        "A",
        "Ünïcödé Ελληνικά Кириллица",
        &long,
        &unbroken,
        "One pipeline, two clocks: what happened when two teams shared a schedule",
    ] {
        let (left, right, top, bottom) = extent(&pixels(&drawn(title)), TEXT);
        assert!(left >= 80 && right <= 1120 && top >= 150 && bottom <= 500, "{title}: {left} {right} {top} {bottom}");
    }
}

#[test]
fn short_titles_are_larger_than_long_ones() {
    let height = |title: &str| {
        let (_, _, top, bottom) = extent(&pixels(&drawn(title)), TEXT);
        bottom - top
    };
    assert!(height("H") > 50);
    assert!(height(&"H ".repeat(120)) > 200);
}

#[test]
fn what_is_written_from_the_right_begins_there() {
    let (_, latin, ..) = extent(&pixels(&drawn("Short")), TEXT);
    let (arabic, end, ..) = extent(&pixels(&drawn("من يملك خط الأنابيب؟")), TEXT);
    let (hebrew, ..) = extent(&pixels(&drawn("שלום")), TEXT);
    assert!(latin < 500 && arabic > 200 && end > 1000 && hebrew > 700, "{latin} {arabic} {end} {hebrew}");
}

#[test]
fn letters_that_no_font_has_are_not_drawn_as_boxes() {
    let fonts = Fonts::new(Vec::new());
    let new = |texts: [&str; 3]| Card::new(&wanted(), &fonts, texts, None);
    assert_eq!(new(["データ", "", ""]), None);
    assert_eq!(new(["Data", "データ", "サイト"]).map(|card| (card.topic, card.site)), Some(Default::default()));
    assert_eq!(new(["🚀  Launch \u{fe0f}now", "", ""]).map(|card| card.title).as_deref(), Some("Launch now"));
    assert_eq!(new(["🚀", "", ""]), None);
}

#[test]
fn colours_are_those_of_the_topic_or_the_site() {
    let social = Social { accent: [1, 2, 3], ..wanted() };
    let accent = |colour| Card::new(&social, &Fonts::new(Vec::new()), ["A", "", ""], colour).map(|card| card.accent);
    assert_eq!(
        (accent(None), accent(Some("#fa0")), accent(Some("teal"))),
        (Some([1, 2, 3]), Some([255, 170, 0]), Some([1, 2, 3]))
    );
}

#[test]
fn a_card_is_named_by_all_that_it_shows() {
    let fonts = Fonts::new(Vec::new());
    let one = card("One");
    assert_ne!(one.output(&fonts), card("Two").output(&fonts));
    assert_ne!(one.output(&fonts), Card { accent: [0, 0, 0], ..one.clone() }.output(&fonts));
    assert_ne!(one.output(&fonts), one.output(&Fonts::new(vec![vec![1].into()])));
}
