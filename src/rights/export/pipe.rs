//! From the thread that writes an archive to whoever reads it.

use std::io::{Error, ErrorKind, Result, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::mpsc::Sender;
use tokio::time::timeout;

use super::ExportError;

/// Large enough that a piece is worth its way.
const PIECE_BYTES: usize = 64 * 1024;
/// A reader that takes nothing for so long holds a place that others wait for.
const READER_WAIT: Duration = Duration::from_secs(60);

/// The end that is written to. Once it failed, nothing more is written: a writer of archives that is given up still
/// writes its end, and what was read so far would look whole.
pub struct Pipe {
    sender: Sender<std::result::Result<Vec<u8>, ExportError>>,
    runtime: Handle,
    piece: Mutex<Vec<u8>>,
    is_broken: AtomicBool,
}

impl Pipe {
    pub fn new(sender: Sender<std::result::Result<Vec<u8>, ExportError>>, runtime: Handle) -> Self {
        Self { sender, runtime, piece: Mutex::default(), is_broken: AtomicBool::new(false) }
    }

    /// Nothing more is written from here on.
    pub fn break_off(&self) {
        self.is_broken.store(true, Ordering::SeqCst);
    }

    /// Tells the reader that what it has is not whole.
    pub fn fail(&self, error: ExportError) {
        self.break_off();
        let _ = self.runtime.block_on(timeout(READER_WAIT, self.sender.send(Err(error))));
    }

    fn send(&self, piece: Vec<u8>) -> Result<()> {
        let sent = self.runtime.block_on(timeout(READER_WAIT, self.sender.send(Ok(piece))));
        match sent {
            Ok(Ok(())) => Ok(()),
            _ => {
                self.break_off();
                Err(Error::from(ErrorKind::BrokenPipe))
            }
        }
    }
}

impl Write for &Pipe {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        if self.is_broken.load(Ordering::SeqCst) {
            return Err(Error::from(ErrorKind::BrokenPipe));
        }
        let mut piece = self.piece.lock().unwrap_or_else(PoisonError::into_inner);
        piece.extend_from_slice(bytes);
        if piece.len() >= PIECE_BYTES {
            let full = std::mem::take(&mut *piece);
            drop(piece);
            self.send(full)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        let rest = std::mem::take(&mut *self.piece.lock().unwrap_or_else(PoisonError::into_inner));
        if rest.is_empty() { Ok(()) } else { self.send(rest) }
    }
}
