//! What a vendor whose app is listed under Connect has to do next, by what this service can see: the steps of docs/FORGE.md.

use anyhow::bail;

use crate::app::{self, Databases};
use crate::config::Settings;
use crate::tenancy::Arrivals;

/// The step that comes next. A fault only where data waits for somebody.
pub async fn way(settings: &Settings) -> anyhow::Result<String> {
    let (main, _) = app::open_databases(settings, Databases::AsTheyAre).await?;
    let arrivals = Arrivals::count(&main).await?;
    if arrivals.split > 0 {
        bail!(
            "{} installations belong to a tenant of before and have data of their own; `kept tenants list --split` shows \
             them, `kept tenants join` gives one to its tenant",
            arrivals.split
        );
    }
    Ok(next_step(settings.forge.is_some(), settings.base_url.is_https(), &arrivals))
}

fn next_step(has_app: bool, is_public: bool, arrivals: &Arrivals) -> String {
    let Arrivals { named, arrived, open, .. } = *arrivals;
    let waiting = if open > 0 {
        format!(
            "; of {open} installations the product has not said yet whose they are, and is asked every day"
        )
    } else {
        String::new()
    };
    match (has_app, named) {
        (false, 0) => "no site has the app under Connect; step 1 for a new app: `forge register`".to_owned(),
        (false, named) => {
            format!("{named} sites have the app under Connect; step 1: `forge register`, then KEPT_FORGE_APP_ID")
        }
        (true, _) if !is_public => {
            "step 1 is done: the app is registered; for step 2 KEPT_BASE_URL has to be the public https address"
                .to_owned()
        }
        (true, 0) => format!("step 5: no site is known by a name of Connect's alone{waiting}"),
        (true, named) if arrived == 0 => format!(
            "step 2: deploy `kept manifest --connect everything`; none of {named} sites of Connect's has arrived{waiting}"
        ),
        (true, named) if arrived < named => format!(
            "step 3: {arrived} of {named} sites of Connect's have arrived; `kept tenants list --not-on-forge` shows the \
             others, whose administrators approve the update{waiting}"
        ),
        (true, named) => format!(
            "step 4: all {named} sites of Connect's have arrived; deploy `kept manifest`, and pages and events are \
             Forge's{waiting}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_step_follows_from_what_has_arrived() {
        let said = |has_app, is_public, named, arrived, open| {
            next_step(has_app, is_public, &Arrivals { named, arrived, open, split: 0 })
        };
        for (told, expected) in [
            (said(false, true, 3, 0, 0), "3 sites have the app under Connect; step 1"),
            (said(true, false, 3, 0, 0), "step 1 is done"),
            (said(true, true, 3, 0, 0), "step 2: deploy `kept manifest --connect everything`"),
            (said(true, true, 3, 2, 0), "step 3: 2 of 3 sites"),
            (said(true, true, 3, 3, 0), "step 4: all 3 sites"),
            (said(true, true, 0, 0, 0), "step 5"),
        ] {
            assert!(told.starts_with(expected), "{told}");
        }
        assert!(said(true, true, 3, 2, 1).ends_with("asked every day"));
    }
}
