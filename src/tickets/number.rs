//! The number of a ticket: short enough to be said on the telephone, and drawn by lot, so that it says nothing of how many
//! tickets there are.

use crate::db::{Conn, tickets};
use crate::error::Error;

/// Letters and digits that nobody takes for one another, and that form no words: 29 of them.
const LETTERS: &[u8; 29] = b"23456789BCDFGHJKLMNPQRSTVWXYZ";
const LENGTH: usize = 8;
/// Of more than 500 billion numbers not even two in a row are taken.
const TRIES: usize = 4;

/// A number that no ticket has or had.
pub fn draw(tx: &mut Conn) -> Result<String, Error> {
    for _ in 0..TRIES {
        let number = random()?;
        if !tickets::is_number_taken(tx, &number)? {
            return Ok(number);
        }
    }
    Err(super::internal(anyhow::anyhow!("no number is free")))
}

fn random() -> Result<String, Error> {
    let mut number = String::with_capacity(LENGTH + 1);
    while number.len() <= LENGTH {
        let mut bytes = [0_u8; 16];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| super::internal(anyhow::anyhow!("no randomness")))?;
        // Bytes beyond the last whole round of letters would make the first letters more likely.
        let whole = bytes.into_iter().filter(|byte| usize::from(*byte) < 256 / LETTERS.len() * LETTERS.len());
        for letter in whole.filter_map(|byte| LETTERS.get(usize::from(byte) % LETTERS.len())) {
            if number.len() == LENGTH / 2 {
                number.push('-');
            }
            if number.len() <= LENGTH {
                number.push(char::from(*letter));
            }
        }
    }
    Ok(number)
}

/// Whether numbers have this letter.
pub fn is_letter(letter: char) -> bool {
    u8::try_from(letter).is_ok_and(|letter| LETTERS.contains(&letter))
}

/// What somebody typed or read out, as a number: case, spaces and hyphens do not matter.
pub fn read(text: &str) -> Option<String> {
    let letters: Vec<u8> =
        text.trim().to_ascii_uppercase().bytes().filter(|byte| !b" -".contains(byte)).collect();
    let is_number = letters.len() == LENGTH && letters.iter().all(|letter| LETTERS.contains(letter));
    let (first, second) = letters.split_at_checked(LENGTH / 2)?;
    let text = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
    is_number.then(|| format!("{}-{}", text(first), text(second)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn numbers_are_short_different_and_can_be_read_back() {
        let drawn: BTreeSet<String> = (0..2_000).map(|_| random().unwrap()).collect();
        assert_eq!(drawn.len(), 2_000);
        for number in &drawn {
            assert_eq!(number.len(), LENGTH + 1, "{number}");
            assert_eq!(read(&number.to_lowercase().replace('-', " ")).as_ref(), Some(number));
        }
        assert_eq!(read("2345-678"), None);
        assert_eq!(read("2345-678O"), None);
    }
}
