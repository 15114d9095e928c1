//! Pictures: decoded and encoded anew, so that nothing is left but what can be seen. Where and when one was taken, by whom
//! and with what stands beside the pixels, and goes with everything else that is no pixel.
//!
//! How large a picture says that it is decides before it is decoded: a small file can hold a very large one.

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, Limits};

use super::item::Media;

/// The longest side of a picture.
pub const SIDE_MAX: u32 = 8_192;
/// All its pixels: more than any screen has.
pub const PIXELS_MAX: u64 = 25_000_000;
/// Memory that decoding one picture may take.
const MEMORY_MAX: u64 = 256 * 1024 * 1024;
/// A picture as it is sent. As many as a report may have fit into one bundle, with everything else.
pub const ENCODED_MAX: usize = 2_304 * 1024;
const JPEG_QUALITY: u8 = 88;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Png,
    Jpeg,
    Webp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImageFault {
    #[error("the picture cannot be read")]
    Unreadable,
    #[error("the picture has more than {PIXELS_MAX} pixels, or a side of more than {SIDE_MAX}")]
    TooManyPixels,
    #[error(
        "the picture takes more than {ENCODED_MAX} bytes when nothing but its pixels is kept; make it smaller"
    )]
    TooLarge,
}

impl From<ImageError> for ImageFault {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::TooManyPixels,
            _ => Self::Unreadable,
        }
    }
}

/// The picture alone, as it was seen: turned as its metadata said, and without them.
pub fn strip(format: Format, content: &[u8]) -> Result<(Media, Vec<u8>), ImageFault> {
    let (mut picture, orientation) = match format {
        Format::Png => decode(PngDecoder::with_limits(Cursor::new(content), limits())?),
        Format::Jpeg => decode(JpegDecoder::new(Cursor::new(content))?),
        Format::Webp => decode(WebPDecoder::new(Cursor::new(content))?),
    }?;
    picture.apply_orientation(orientation);
    let is_photo = format == Format::Jpeg || format == Format::Webp && !picture.color().has_alpha();
    let (media, encoded) =
        if is_photo { (Media::Jpeg, jpeg(&picture)?) } else { (Media::Png, png(&picture)?) };
    if encoded.len() > ENCODED_MAX {
        return Err(ImageFault::TooLarge);
    }
    Ok((media, encoded))
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(MEMORY_MAX);
    limits
}

fn decode(mut decoder: impl ImageDecoder) -> Result<(DynamicImage, Orientation), ImageFault> {
    let (width, height) = decoder.dimensions();
    if width > SIDE_MAX || height > SIDE_MAX || u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(ImageFault::TooManyPixels);
    }
    decoder.set_limits(limits())?;
    // A picture whose metadata cannot be read is shown as it lies.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder)?, orientation))
}

fn jpeg(picture: &DynamicImage) -> Result<Vec<u8>, ImageFault> {
    let mut encoded = Vec::new();
    // The format has neither transparency nor more than eight bits.
    let flat = DynamicImage::ImageRgb8(picture.to_rgb8());
    flat.write_with_encoder(JpegEncoder::new_with_quality(&mut encoded, JPEG_QUALITY))?;
    Ok(encoded)
}

fn png(picture: &DynamicImage) -> Result<Vec<u8>, ImageFault> {
    let mut encoded = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut encoded, CompressionType::Default, FilterType::Adaptive);
    picture.write_with_encoder(encoder)?;
    Ok(encoded)
}
