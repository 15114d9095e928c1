//! The policy file as it is written, and the checks that need more than one of its lines.

use serde::Deserialize;

/// Fields of an installation that the service cannot do without.
const NEEDED: [&str; 4] = ["clientKey", "baseUrl", "productType", "sharedSecret"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub version: u32,
    pub account: Account,
    pub life_cycle: LifeCycleNumbers,
    pub backup: Backup,
    pub operation: Operation,
    pub logs: LogNumbers,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub fields: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifeCycleNumbers {
    pub promised_days: u32,
    pub grace_days: u32,
    pub sweep_lag_days: u32,
    pub after_subscription_days: u32,
    pub notice_before_end_days: u32,
    pub notice_before_erasure_days: u32,
    pub unreachable_days: u32,
    pub early_erasure_delay_hours: u32,
    pub former_secret_minutes: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    pub keep_days: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    pub webhook: Retention,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    pub ttl_days: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogNumbers {
    pub access: LogNumber,
    pub app: LogNumber,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogNumber {
    pub keep_days: u32,
}

/// The section at fault, and what would be right.
type Fault = (&'static str, String);

impl Document {
    pub fn check(&self) -> Result<(), Fault> {
        if self.version == 0 {
            return Err(("version", "version counts from 1".to_owned()));
        }
        self.check_account()?;
        self.check_promise()?;
        self.check_notices()?;
        if self.operation.webhook.ttl_days == 0 {
            return Err(("operation.webhook", "ttl_days must be at least 1".to_owned()));
        }
        self.check_logs()
    }

    fn check_logs(&self) -> Result<(), Fault> {
        for (section, stream) in [("logs.access", &self.logs.access), ("logs.app", &self.logs.app)] {
            if stream.keep_days == 0 {
                return Err((section, "keep_days must be at least 1: a file holds a whole day".to_owned()));
            }
        }
        Ok(())
    }

    fn check_account(&self) -> Result<(), Fault> {
        match NEEDED.iter().find(|needed| !self.account.fields.iter().any(|field| field == *needed)) {
            Some(missing) => {
                Err(("account", format!("fields must list {missing}: nothing works without it")))
            }
            None => Ok(()),
        }
    }

    /// Published = promised ≥ real: nothing may be left anywhere when the promised time is over.
    fn check_promise(&self) -> Result<(), Fault> {
        let numbers = &self.life_cycle;
        let real = u64::from(numbers.grace_days)
            + u64::from(numbers.sweep_lag_days)
            + u64::from(self.backup.keep_days);
        if real > u64::from(numbers.promised_days) {
            let fault = format!(
                "grace_days + sweep_lag_days + backup.keep_days = {real} is more than promised_days = {}",
                numbers.promised_days
            );
            return Err(("life_cycle", fault));
        }
        Ok(())
    }

    fn check_notices(&self) -> Result<(), Fault> {
        let numbers = &self.life_cycle;
        if numbers.notice_before_erasure_days >= numbers.grace_days {
            return Err(("life_cycle", "notice_before_erasure_days must be less than grace_days".to_owned()));
        }
        if numbers.former_secret_minutes > 15 {
            return Err((
                "life_cycle",
                "former_secret_minutes must be at most 15: no honest request is under way for longer"
                    .to_owned(),
            ));
        }
        Ok(())
    }
}
