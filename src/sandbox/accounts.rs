//! What the host says of accounts when an app reports them, and what was reported.

use std::collections::HashMap;

use super::site::Site;

/// What became of an account, in the words of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    Closed,
    Updated,
}

impl AccountState {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Updated => "updated",
        }
    }
}

#[derive(Default)]
pub(super) struct Accounts {
    /// Those of which there is something to say. The others are as they were.
    pub(super) states: HashMap<String, AccountState>,
    /// The header `Cycle-Period`.
    pub(super) cycle_days: Option<u32>,
    /// Ids with their `updatedAt`, call by call.
    pub(super) reported: Vec<Vec<(String, String)>>,
}

impl Site {
    /// What the host says of an account from now on.
    pub fn set_account(&self, account_id: &str, state: Option<AccountState>) {
        let states = &mut self.place.record().accounts.states;
        match state {
            Some(state) => states.insert(account_id.to_owned(), state),
            None => states.remove(account_id),
        };
    }

    /// In how many days accounts are to be reported again; without one, in seven.
    pub fn set_cycle(&self, days: Option<u32>) {
        self.place.record().accounts.cycle_days = days;
    }

    /// Ids with their `updatedAt`, call by call.
    pub fn reported_accounts(&self) -> Vec<Vec<(String, String)>> {
        self.place.record().accounts.reported.clone()
    }
}
