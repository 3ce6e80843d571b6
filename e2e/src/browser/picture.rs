//! Pictures of pages, as small as they can be without looking worse: pages have few colours.

use std::collections::HashMap;
use std::io::Cursor;

/// As many colours as a picture with a palette can have.
const COLOURS: usize = 256;

type Colour = [u8; 3];

/// The picture with its most frequent colours; what has another one gets the nearest.
pub(super) fn small(picture: &[u8]) -> Vec<u8> {
    let mut reader = png::Decoder::new(Cursor::new(picture)).read_info().expect("a picture");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut bytes).expect("a whole picture");
    let width = info.color_type.samples();
    let pixels: Vec<Colour> = bytes.chunks_exact(width).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let palette = palette(&pixels);
    let mut nearest: HashMap<Colour, u8> = HashMap::new();
    let mut places = pixels.iter().map(|pixel| *nearest.entry(*pixel).or_insert_with(|| near(&palette, *pixel)));
    let places: Vec<u8> = places.by_ref().collect();
    written(info.width, info.height, &palette, &places)
}

fn palette(pixels: &[Colour]) -> Vec<Colour> {
    let mut counts: HashMap<Colour, usize> = HashMap::new();
    pixels.iter().for_each(|pixel| *counts.entry(*pixel).or_default() += 1);
    let mut colours: Vec<(Colour, usize)> = counts.into_iter().collect();
    colours.sort_by_key(|(colour, count)| (usize::MAX - count, *colour));
    colours.into_iter().map(|(colour, _)| colour).take(COLOURS).collect()
}

fn near(palette: &[Colour], wanted: Colour) -> u8 {
    let distance = |colour: &Colour| -> u32 {
        colour.iter().zip(wanted).map(|(one, other)| u32::from(one.abs_diff(other)).pow(2)).sum()
    };
    let place = (0..palette.len()).min_by_key(|place| distance(&palette[*place]));
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or_default()
}

fn written(width: u32, height: u32, palette: &[Colour], places: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().expect("it is written to memory");
    writer.write_image_data(places).expect("as many places as pixels");
    writer.finish().expect("it is written to memory");
    file
}
