//! What customers do, day by day. It knows nothing of the policy: what must follow is the oracle's business.

use super::dice::Dice;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Install,
    /// An administrator enters settings: a contact, the day on which the subscription ends, a shorter retention.
    Configure {
        contact: bool,
        ends_on: Option<u32>,
        own_days: Option<u32>,
    },
    /// The product tells of an event.
    Event,
    Upload,
    Use,
    Uninstall,
    AskForErasure,
    UndoErasure,
}

/// An act and the day on which it happens.
pub type Planned = (u32, Act);

/// The life of one customer within so many days.
pub fn plan(dice: &mut Dice, days: u32) -> Vec<Planned> {
    let mut life = Life { acts: Vec::new(), day: dice.between(0, days * 9 / 10), days };
    for _ in 0..3 {
        life.install(dice);
        life.work(dice);
        if !life.leave(dice) {
            break;
        }
    }
    life.acts.retain(|(day, _)| *day < days);
    life.acts
}

struct Life {
    acts: Vec<Planned>,
    day: u32,
    days: u32,
}

impl Life {
    fn act(&mut self, act: Act) {
        self.acts.push((self.day, act));
    }

    fn install(&mut self, dice: &mut Dice) {
        self.act(Act::Install);
        let own_days = dice.percent(8).then(|| dice.between(15, 60));
        self.act(Act::Configure { contact: dice.percent(75), ends_on: None, own_days });
        self.act(Act::Upload);
    }

    fn work(&mut self, dice: &mut Dice) {
        for _ in 0..dice.between(0, 2) {
            self.day += dice.between(0, 40);
            self.act(Act::Event);
            self.act(Act::Use);
        }
    }

    /// Whether they come back; the day is then that of their return.
    fn leave(&mut self, dice: &mut Dice) -> bool {
        match dice.between(0, 9) {
            0 | 1 => return false,
            2 => self.let_it_end(dice),
            3 => self.ask(dice),
            _ => {
                if dice.percent(20) {
                    let ends_on = Some(self.day + dice.between(12, 400));
                    self.act(Act::Configure { contact: dice.percent(75), ends_on, own_days: None });
                }
                self.day += dice.between(1, 300);
                self.act(Act::Uninstall);
                if dice.percent(5) {
                    self.day += dice.between(0, 20);
                    self.act(Act::AskForErasure);
                }
            }
        }
        // Before the end of most policies, and after it.
        self.day += dice.between(1, 260);
        dice.percent(50) && self.day < self.days
    }

    /// The subscription ends and nobody removes the app.
    fn let_it_end(&mut self, dice: &mut Dice) {
        let ends_on = self.day + dice.between(12, 200);
        self.act(Act::Configure { contact: true, ends_on: Some(ends_on), own_days: None });
        // Long after every policy has erased it.
        self.day = ends_on + 420;
    }

    fn ask(&mut self, dice: &mut Dice) {
        self.day += dice.between(0, 50);
        self.act(Act::AskForErasure);
        if dice.percent(40) {
            self.act(Act::UndoErasure);
            self.day += dice.between(1, 50);
            self.act(Act::Uninstall);
        }
    }
}
