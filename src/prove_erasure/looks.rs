//! The looks into all files: for texts in clear, for what is sealed, and for what was planted to see that it is found.

use anyhow::Context;

use super::places::{Place, Places};
use super::report::{Erased, Scan};
use super::watch::Copies;
use super::{Proof, Told, Victim, needles};
use crate::db::{DbError, ledger, proof};
use crate::erasure::SignedReceipt;
use crate::erasure::receipt::tenant_hash;

impl Proof {
    /// Where the sealed values and the wrapped keys are before: what is not found now could not be missed later.
    pub(super) async fn find_before(&mut self, tell: &dyn Fn(Told<'_>)) -> anyhow::Result<Copies> {
        tell(Told::Moment("looking for what is sealed, before the erasures"));
        for column in self.watch.without_value()? {
            self.report.fault(format!("{column}: no tenant that is erased has a value in it"));
        }
        let (copies, missed) = self.watch.find(&self.own_files().await?)?;
        for name in missed {
            self.report.fault(format!("{name}: a value that stands in its row is found in no file"));
        }
        Ok(copies)
    }

    pub(super) async fn own_files(&self) -> anyhow::Result<Vec<Place>> {
        let mut files = self.places.files().await?;
        files.retain(|place| !Places::is_copy(place));
        Ok(files)
    }

    /// Looks for texts in clear in every file.
    pub(super) async fn scan(&mut self, moment: &str, tell: &dyn Fn(Told<'_>)) -> anyhow::Result<()> {
        let (scan, places) = self.look_for_clear(moment).await?;
        tell(Told::Moment(&format!(
            "{moment}: {} in clear in {} files, {} bytes",
            places.len(),
            scan.files,
            scan.bytes
        )));
        self.report.scanned(scan, &places);
        Ok(())
    }

    async fn look_for_clear(&self, moment: &str) -> anyhow::Result<(Scan, Vec<String>)> {
        let (files, mut places, mut bytes) = (self.places.files().await?, Vec::new(), 0);
        for file in &files {
            let found = |hit: needles::Hit<'_>| {
                places.push(format!("in {} at byte {} ({})", file.name, hit.at, hit.needle.form));
            };
            let read = self.plain.in_file(&file.path, found);
            bytes += read.with_context(|| format!("cannot read {}", file.path.display()))?;
        }
        let scan = Scan { moment: moment.to_owned(), files: files.len(), bytes, in_clear: places.len() };
        Ok((scan, places))
    }

    pub(super) async fn receipts(&mut self, victims: &[Victim]) -> anyhow::Result<()> {
        let keys = self.world.services.vault.public_keys();
        for (number, victim) in victims.iter().enumerate() {
            let (tenant, hash) = (victim.tenant, tenant_hash(victim.tenant));
            let keyring = &self.world.services.keyring;
            let found =
                keyring.read(move |conn| Ok::<_, DbError>(ledger::receipts_of(conn, tenant)?)).await?;
            let verified = found.first().map(|row| SignedReceipt::verify(&row.document, &keys));
            let is_good = matches!(&verified, Some(Ok(signed)) if signed.receipt.tenant_hash == hash);
            if !is_good {
                self.report.fault(format!("the tenant that {} has no receipt that verifies", victim.how));
            }
            let values = self.watch.seen.iter().filter(|watched| watched.victim == number).count();
            let erased = Erased { how: victim.how, tenant_hash: hash, values, receipt_verified: is_good };
            self.report.erased.push(erased);
        }
        Ok(())
    }

    /// A search that finds nothing proves something only if it can find: in a file, and in the database.
    pub(super) async fn control(&mut self, tell: &dyn Fn(Told<'_>)) -> anyhow::Result<()> {
        tell(Told::Moment("planting texts in clear, to see that they are found"));
        let known = self.look_for_clear("").await?.1;
        let (tag, planted) = (self.world.tag.clone(), self.folder.join("planted.bin"));
        std::fs::write(&planted, data_encoding::BASE64.encode(format!("x{tag}").as_bytes()))?;
        self.found_anew(&known, "in a file").await?;
        std::fs::remove_file(&planted)?;
        self.world.services.main.maintain(move |conn| proof::plant(conn, &tag)).await?;
        self.found_anew(&known, "in the main database").await?;
        Ok(self.world.services.main.maintain(proof::unplant).await?)
    }

    async fn found_anew(&mut self, known: &[String], whereabouts: &str) -> anyhow::Result<()> {
        let found = self.look_for_clear("").await?.1;
        match found.into_iter().find(|place| !known.contains(place)) {
            Some(place) => self.report.controls.push(place),
            None => {
                self.report.fault(format!("a text that was planted {whereabouts} in clear was not found"))
            }
        }
        Ok(())
    }
}
