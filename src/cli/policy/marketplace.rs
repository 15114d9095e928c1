//! Answers for the "Privacy & Security" tab of a Marketplace listing, made from the policy (connect.md §10.5).
//!
//! What a policy cannot know (disk encryption of the machine, a data processing agreement) is left to the vendor and named.

use serde_json::{Value, json};

use crate::policy::Policy;
use crate::policy::model::{Class, ClassName, Document, Language, Retention, Role, Transfer};

/// Classes that hold data of end users or their organisation.
const OF_CUSTOMERS: [ClassName; 5] =
    [ClassName::Account, ClassName::Operation, ClassName::Uploaded, ClassName::Session, ClassName::Support];

/// The answers, in the form of `PUT …/addons/{appKey}/privacy-and-security`.
pub fn answers(policy: &Policy) -> Value {
    let document = policy.document();
    json!({
        "dataAccessAndStorage": access(document),
        "thirdPartyInformation": third_parties(document),
        "logDetails": logs(document),
        "dataResidency": {
            "isDataResidencySupported": "APP_DOES_NOT_SUPPORT_DR",
            "countriesWhereEndUserDataStored": [document.location.place.en],
        },
        "dataRetention": {
            "isCustomRetentionPeriodAllowed": true,
            "isRetentionDurationIndefinite": false,
            "retentionDurationInDays": duration(document),
            "retentionDetails": policy.periods(Language::En),
        },
        "security": {
            "requiresUsersToProvidePATs": false,
            "securityContact": document.controller.security_email,
        },
        "privacy": privacy(document),
        "leftToTheVendor": [
            "security.isDiskEncryptionSupported", "security.policyLink", "security.permissionsJustification",
            "dataProcessingAgreementLink", "privacy.ccpa.business", "properties.formStatus",
        ],
    })
}

fn of_customers(document: &Document) -> impl Iterator<Item = (&'static str, &Class)> {
    OF_CUSTOMERS.into_iter().filter_map(|name| Some((name.as_str(), document.classes.get(&name)?)))
}

fn access(document: &Document) -> Value {
    let types: Vec<String> = of_customers(document)
        .map(|(_, class)| format!("{}: {}", class.title.en, class.fields.join(", ")))
        .collect();
    json!({
        "appProcessEUDOutsideAtlassian": true,
        "appStoresEUDOutsideAtlassian": true,
        "isSameDataProcessedAndStored": true,
        "typesOfDataAccessed": types,
        "typesOfDataStored": types,
    })
}

fn third_parties(document: &Document) -> Value {
    let details: Vec<Value> = document
        .processors
        .iter()
        .map(|processor| {
            let told = processor.told.as_ref();
            json!({
                "name": processor.name,
                "toldOfDeletions": told.is_some(),
                "confirmsDeletionsWithinDays": told.map(|told| told.within_days),
                "link": processor.link,
                "purpose": processor.purpose.en,
                "thirdPartyCountries": [processor.country.en],
            })
        })
        .collect();
    json!({
        "isEndUserDataShared": shares_customer_data(document),
        "dataSubProcessors": details.len(),
        "thirdPartyDetails": details,
    })
}

fn shares_customer_data(document: &Document) -> bool {
    document
        .processors
        .iter()
        .flat_map(|processor| &processor.classes)
        .any(|name| OF_CUSTOMERS.contains(name))
}

fn logs(document: &Document) -> Value {
    let is_log = |name: &ClassName| matches!(name, ClassName::AccessLog | ClassName::AppLog);
    let shared = document.processors.iter().flat_map(|processor| &processor.classes).any(is_log);
    json!({
        // Addresses are shortened, and tenants are named by our own number alone.
        "logEndUserData": false,
        "logProcessAndOrStoreEUDOutsideAtlassian": false,
        "logEUDShareWithThirdParty": false,
        "logsAreStoredBySubProcessor": shared,
        "logsIntegralForAppFunctionality": true,
    })
}

/// The shortest and the longest time that something of a customer is kept after it was recorded or they left.
fn duration(document: &Document) -> Value {
    let kinds = of_customers(document).flat_map(|(_, class)| class.kinds.values().map(|kind| kind.retention));
    let own = of_customers(document).filter_map(|(_, class)| class.retention);
    let ends: Vec<u32> = kinds.chain(own).filter_map(|Retention { days, .. }| days).collect();
    let life = &document.life_cycle;
    let leaving = life.after_leaving.as_ref().map(|leaving| leaving.promised_days);
    let subscription =
        life.after_subscription.as_ref().map(|after| after.days.saturating_add(life.sweep_lag_days));
    json!({ "min": ends.iter().min(), "max": leaving.max(subscription) })
}

fn privacy(document: &Document) -> Value {
    let has = |role| of_customers(document).any(|(_, class)| class.role == role);
    let types: Vec<&str> = of_customers(document)
        .filter(|(_, class)| class.role == Role::Processor)
        .map(|(_, class)| class.title.en.as_str())
        .collect();
    let leaves = document.processors.iter().any(|processor| processor.transfer != Transfer::InsideEea);
    json!({
        "gdpr": {
            "dataController": { "isAppDataController": has(Role::Controller) },
            "dataProcessor": { "isAppDataProcessor": has(Role::Processor), "endUserDataTypes": types },
            "dataTransfer": {
                "isEndUserDataTransferredOutsideEEA": leaves,
                // A policy with a transfer that nothing in force allows does not compile.
                "isTransferComplianceMechanismsAdhered": true,
            },
        },
        "ccpa": { "serviceProvider": { "isAppServiceProvider": has(Role::Processor) } },
    })
}
