use super::*;

fn mended(text: &str) -> (String, Vec<String>) {
    let mut report = Report::default();
    let mended = mend(text.to_owned(), &mut report);
    (mended, report.lines())
}

/// UTF-8 read in a code page, as far as the page has a character for each byte.
fn misread(text: &str, page: &'static encoding_rs::Encoding) -> String {
    page.decode_without_bom_handling(text.as_bytes()).0.into_owned()
}

#[test]
fn each_mend_is_told_with_its_lines() {
    let (text, told) = mended("3 min ยท today\n\nA โ€“ B\nHot ๐Ÿ‘€\nHot ๐Ÿ‘€\n");
    assert_eq!(text, "3 min · today\n\nA – B\nHot 👀\nHot 👀\n");
    assert_eq!(
        told,
        [
            "mended 1: `ยท` to `·`, UTF-8 that was read as windows-874",
            "mended 3: `โ€“` to `–`",
            "mended 4-5: `๐Ÿ‘€` to `👀`"
        ]
    );
}

#[test]
fn text_that_was_read_in_any_code_page_is_put_right() {
    use encoding_rs as e;
    let western = "It’s a café – “naïve”, 20 °C · 5 € for Zoë, Šimon and Łukasz…";
    for page in [
        e::WINDOWS_1252,
        e::WINDOWS_1250,
        e::WINDOWS_1251,
        e::WINDOWS_1253,
        e::WINDOWS_1254,
        e::WINDOWS_1257,
        e::WINDOWS_1258,
        e::WINDOWS_1256,
        e::WINDOWS_874,
        e::KOI8_R,
        e::KOI8_U,
        e::IBM866,
        e::MACINTOSH,
        e::ISO_8859_2,
        e::ISO_8859_15,
    ] {
        assert_eq!(mended(&misread(western, page)).0, western, "{}", page.name());
    }
    let russian = "Две команды — одна таблица, и кто же за неё отвечает?";
    for page in [e::WINDOWS_1252, e::WINDOWS_1251, e::KOI8_R, e::IBM866, e::MACINTOSH, e::WINDOWS_1250] {
        assert_eq!(mended(&misread(russian, page)).0, russian, "{}", page.name());
    }
    let latin_1: String = western.bytes().map(char::from).collect();
    assert_eq!(mended(&latin_1).0, western);
    let thai = "ตารางเดียว สองทีม";
    assert_eq!(mended(&misread(thai, e::WINDOWS_1252)).0, thai);
    assert_eq!(mended("donΓÇÖt ├⌐ 5 ┬╖ 6").0, "don’t é 5 · 6");
}

#[test]
fn text_that_was_read_wrongly_twice_is_put_right() {
    let text = "“It’s” – naïve";
    let twice = misread(&misread(text, encoding_rs::WINDOWS_1252), encoding_rs::WINDOWS_1252);
    assert_eq!(mended(&twice).0, text);
    assert_eq!(
        mended(&twice).1[0],
        "mended 1: `â€œ` to `“`, UTF-8 that was read as windows-1252"
            .replace("â€œ", &twice[..twice.find('I').unwrap()])
    );
}

#[test]
fn real_writing_stays_as_it_is() {
    for text in [
        "รถของเราจอดอยู่ที่บ้าน ยก ลง รถ รบ รอ โดน แพง เกม",
        "The word รถ is a car, ลง is down and ยก is to lift.",
        "«А и В» — это ТАСС Р», СССР» и РС®. Рё? ГОСТ Р, 20 °С, м², №5, Р…",
        "L’été, c’est là : « Forêt », À l’œuvre… dit-il ; ça coûte 5 €, Noël, aÿ, «AMANHÃ»",
        "NÃO, MAÇÃ? São João, ação, à – è – ê…”",
        "Ωδείο, «ΑΘΗΝΑ» – Βγ Ξένη. Γ’ τάξη",
        "Çiğdem’in şarkısı: İstanbul’da, ığdır…",
        "Zażółć gęślą jaźń – „Łódź” ‚Ä‘",
        "שלום – עולם, “כן”",
        "مرحبا، «نعم» – ٢٠",
        "Tiếng Việt – “được” ở đây…",
        "„Größe“, ‚Äpfel‘ – Straße, 5 µm ± 2",
        "中文：你好，世界。日本語 – かな",
        "10 × 5 = 50 ± 2 °C, ½ £, § 5, © 2024, ™, 5 Å±0.1",
        "┌──┐ │ab│ └──┘ √2 ≈ 1.41, ∂x/∂t",
        "Naïve résumé, coöperate, Ångström, São Paulo, Zürich, piñata",
    ] {
        let (after, told) = mended(text);
        assert!(after == text && !told.iter().any(|told| told.starts_with("mended")), "{text}\n{after}\n{told:?}");
    }
}

#[test]
fn a_single_wrong_sign_among_real_letters_is_put_right() {
    for (text, right) in [
        ("C’est l’été, mais câ€™est faux.", "C’est l’été, mais c’est faux."),
        ("Это — таблица, а вЂ“ нет.", "Это — таблица, а – нет."),
        ("ตารางเดียว โ€“ สองทีม", "ตารางเดียว – สองทีม"),
        ("2 min ยท today", "2 min · today"),
        ("Real “quotes” and â€œwrongâ€\u{9d} ones", "Real “quotes” and “wrong” ones"),
    ] {
        assert_eq!(mended(text).0, right);
    }
}

#[test]
fn what_is_doubtful_stays_and_is_told() {
    assert_eq!(
        mended("It was sÃ»r then.\n"),
        ("It was sÃ»r then.\n".to_owned(), vec!["uncertain 1: `Ã»` may stand for `û`; it stays as it is".to_owned()])
    );
    assert_eq!(
        mended("ab\ncd \u{fffd} ef").1,
        ["uncertain 2: characters that were lost before: `\u{fffd}` stands for each"]
    );
}

#[test]
fn many_different_mends_are_told_together() {
    let text = misread(
        "Zażółć gęślą jaźń, ćma, świt, łza, żuk, oś, kość, kępa, rów, nićmi, śledź, źdźbło, ślązak, łąka, żądło",
        encoding_rs::WINDOWS_1252,
    );
    let told = mended(&text).1;
    assert!(told.len() == MOST_TOLD + 1 && told[MOST_TOLD].ends_with("more of the same"), "{told:?}");
}
