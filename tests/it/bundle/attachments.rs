//! What users attach: pictures lose everything but their pixels, texts are masked, anything else is refused and never
//! unpacked.

use std::io::Write;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageReader, Rgb, RgbImage, Rgba, RgbaImage};
use kept::sandbox::Answer;
use kept::support::attachment::ATTACHMENT_MAX;
use serde_json::{Value, json};

use super::shown;
use crate::support::TestApp;
use crate::support::admin::installed;
use crate::support::code;
use crate::support::previews::{content, file, preview};

/// Exif as a telephone writes it: turned by a quarter, its maker, and where it was taken.
fn exif() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [
            tag.to_le_bytes().to_vec(),
            kind.to_le_bytes().to_vec(),
            count.to_le_bytes().to_vec(),
            value.to_vec(),
        ]
        .concat()
    };
    let maker = b"Marker Phones Ltd\0";
    let first_end = 8 + 2 + 3 * 12 + 4;
    let gps_at = first_end + maker.len() as u32;
    let mut exif = b"II*\0\x08\0\0\0\x03\0".to_vec();
    exif.extend(entry(0x010f, 2, maker.len() as u32, first_end.to_le_bytes()));
    exif.extend(entry(0x0112, 3, 1, [6, 0, 0, 0]));
    exif.extend(entry(0x8825, 4, 1, gps_at.to_le_bytes()));
    exif.extend([0; 4]);
    exif.extend(maker);
    // 52° 31' north, as degrees, minutes and seconds; each is a fraction.
    exif.extend(2_u16.to_le_bytes());
    exif.extend(entry(1, 2, 2, *b"N\0\0\0"));
    exif.extend(entry(2, 5, 3, (gps_at + 2 + 2 * 12 + 4).to_le_bytes()));
    exif.extend([0; 4]);
    for number in [52_u32, 1, 31, 1, 1_234, 100] {
        exif.extend(number.to_le_bytes());
    }
    exif
}

fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([(x * 3) as u8, (y * 5) as u8, 90]))
}

/// A picture with Exif, a profile of colours and a comment after its end.
pub fn jpeg_with_gps() -> Vec<u8> {
    let mut jpeg = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, 90);
    encoder.set_exif_metadata(exif()).unwrap();
    encoder.set_icc_profile(b"profile of Ada".to_vec()).unwrap();
    let picture = picture(64, 32);
    encoder.write_image(picture.as_raw(), 64, 32, image::ExtendedColorType::Rgb8).unwrap();
    jpeg.extend_from_slice(b"after the end: Marker");
    jpeg
}

pub fn has_exif(bytes: &[u8]) -> bool {
    let reader = ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().unwrap();
    let mut decoder = reader.into_decoder().unwrap();
    decoder.exif_metadata().unwrap().is_some() || decoder.icc_profile().unwrap().is_some()
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

fn media<'a>(preview: &'a Value, name: &str) -> &'a Value {
    let items = preview["items"].as_array().unwrap();
    &items.iter().find(|item| item["name"] == name).unwrap()["media"]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_loses_where_it_was_taken_and_everything_else_that_is_no_pixel() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let taken = jpeg_with_gps();
    assert!(has_exif(&taken) && holds(&taken, b"Marker Phones") && holds(&taken, &52_u32.to_le_bytes()));
    let mut png = Vec::new();
    let see_through = RgbaImage::from_pixel(10, 8, Rgba([1, 2, 3, 40]));
    let mut encoder = PngEncoder::new(&mut png);
    encoder.set_exif_metadata(exif()).unwrap();
    encoder.write_image(see_through.as_raw(), 10, 8, image::ExtendedColorType::Rgba8).unwrap();
    let mut webp = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut webp);
    encoder.set_exif_metadata(exif()).unwrap();
    encoder.write_image(picture(16, 16).as_raw(), 16, 16, image::ExtendedColorType::Rgb8).unwrap();
    let files = json!([file("photo.jpg", &taken), file("shot.png", &png), file("photo of Ada.webp", &webp)]);
    let shown = shown(&app, &site, json!({"attachments": files})).await;
    for (name, kind, size) in [
        ("attachment-1", "image/jpeg", (32, 64)),
        ("attachment-2", "image/png", (8, 10)),
        ("attachment-3", "image/jpeg", (16, 16)),
    ] {
        assert_eq!(media(&shown, name), kind);
        let bytes = content(&shown, name);
        assert!(!has_exif(&bytes) && !holds(&bytes, b"Marker") && !holds(&bytes, b"Exif"), "{name}");
        let picture = image::load_from_memory(&bytes).unwrap();
        // It is turned as its metadata said, since nothing says so any more.
        assert_eq!((picture.width(), picture.height()), size, "{name}");
    }
    let picture = image::load_from_memory(&content(&shown, "attachment-2")).unwrap();
    assert!(matches!(picture, DynamicImage::ImageRgba8(_)), "what is transparent stays so");
    assert!(!shown.to_string().contains("photo of Ada"), "names of files are not sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_masked_with_the_placeholders_of_the_report() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let log = "2026-11-28 bob@customer.example failed\n2026-11-28 ada@customer.example from 203.0.113.7\n";
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(log.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let files = json!([file("app.log", log.as_bytes()), file("windows.log", &utf16)]);
    let changed = json!({"description": "ada@customer.example cannot log in", "attachments": files});
    let shown = shown(&app, &site, changed).await;
    let expected = "2026-11-28 <email-2> failed\n2026-11-28 <email-1> from <ipv4-1>\n";
    for name in ["attachment-1", "attachment-2"] {
        assert_eq!(
            (media(&shown, name), String::from_utf8(content(&shown, name)).unwrap().as_str()),
            (&json!("text/plain"), expected)
        );
    }
}

async fn attach(app: &TestApp, site: &kept::sandbox::Site, name: &str, bytes: &[u8]) -> Answer {
    preview(app, site, json!({"attachments": [file(name, bytes)]})).await
}

/// A picture that says to be very large, in very few bytes.
pub fn png_bomb() -> Vec<u8> {
    let mut png = Vec::new();
    PngEncoder::new(&mut png).write_image(&[0; 3], 1, 1, image::ExtendedColorType::Rgb8).unwrap();
    let header = png.windows(4).position(|window| window == b"IHDR").unwrap();
    png[header + 4..header + 12].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
    let checksum = crc32(&png[header..header + 17]);
    png[header + 17..header + 21].copy_from_slice(&checksum.to_be_bytes());
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 },
        )
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn anything_else_is_refused_by_what_it_is_and_not_by_its_name() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("bomb", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&vec![0; 20_000_000]).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    assert!(zip.len() < 100_000);
    let cut = &jpeg_with_gps()[..300];
    for (name, bytes, said) in [
        (
            "holiday.png",
            b"%PDF-1.7\nhello".as_slice(),
            "holiday.png: this is a PDF document, whatever its name says",
        ),
        ("log.txt", &zip, "log.txt: this is a ZIP archive or an office document"),
        ("x.gz", b"\x1f\x8b\x08\0\0\0\0\0".as_slice(), "x.gz: this is a GZIP archive"),
        ("x.exe", b"MZ\x90\0\x03\0".as_slice(), "x.exe: this is a program"),
        ("x.gif", b"GIF89a\x01\0\x01\0\0".as_slice(), "x.gif: this is a GIF"),
        ("noise", [0, 1, 2, 3, 250].as_slice(), "noise: this is neither a picture"),
        ("empty", b"".as_slice(), "empty: the file is empty"),
        ("bomb.png", &png_bomb(), "bomb.png: the picture has more than 25000000 pixels"),
        ("cut.jpg", cut, "cut.jpg: the picture cannot be read"),
        ("long.log", &vec![b'a'; 600_000], "long.log: a text may have 524288 bytes"),
        ("a\r\nb", b"\0".as_slice(), "ab: this is neither"),
    ] {
        let answer = attach(&app, &site, name, bytes).await;
        assert_eq!(
            (answer.status, code(&answer).as_str()),
            (415, "attachment_refused"),
            "{name}: {}",
            answer.body
        );
        assert!(answer.json()["detail"].as_str().unwrap().starts_with(said), "{name}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_refused_before_it_is_kept() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let too_large = attach(&app, &site, "x.log", &vec![b'a'; ATTACHMENT_MAX + 3]).await;
    assert_eq!((too_large.status, code(&too_large).as_str()), (400, "invalid_body"));
    let huge = attach(&app, &site, "x.png", &vec![0; 100 * 1024 * 1024]).await;
    assert_eq!((huge.status, code(&huge).as_str()), (413, "body_too_large"));
    let four = json!(["a", "b", "c", "d"].map(|name| file(name, b"text")));
    let answer = preview(&app, &site, json!({"attachments": four})).await;
    assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_body"));
    // The service goes on.
    assert_eq!(preview(&app, &site, json!({})).await.status, 200);
}
