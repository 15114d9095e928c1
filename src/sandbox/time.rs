//! The site's time, which can be moved on: whoever wants to see what comes in a month need not wait for it.

use std::sync::{Mutex, PoisonError};

use crate::clock::{Clock, Timestamp};

pub(super) struct Time(Mutex<Clock>);

impl Time {
    pub(super) const fn of(clock: Clock) -> Self {
        Self(Mutex::new(clock))
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).now()
    }

    /// It is `instant` now. A test's clock is moved, so that everybody who has it agrees; any other is replaced.
    pub(super) fn set(&self, instant: Timestamp) {
        let mut clock = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !clock.set(instant) {
            *clock = Clock::starting_at(instant);
        }
    }
}
