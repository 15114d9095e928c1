//! The schemas of bodies, by the names of their types.

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value};

/// What is received may leave out what has a default; what is sent leaves out only what is absent. So there are two.
pub struct Schemas {
    sent: SchemaGenerator,
    received: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        });
        Self {
            sent: settings.clone().for_serialize().into_generator(),
            received: settings.for_deserialize().into_generator(),
        }
    }
}

impl Schemas {
    /// What we send.
    pub fn sent<T: JsonSchema + ?Sized>(&mut self) -> Value {
        self.sent.subschema_for::<T>().to_value()
    }

    /// What is sent to us.
    pub fn received<T: JsonSchema + ?Sized>(&mut self) -> Value {
        self.received.subschema_for::<T>().to_value()
    }

    /// All that have names. One that is sent and received is described as it is sent; the names of types that differ must do so
    /// too, which a test looks at ([`Self::ambiguous`]).
    pub(super) fn named(&mut self) -> Map<String, Value> {
        let mut named = self.received.take_definitions(true);
        named.append(&mut self.sent.take_definitions(true));
        named
    }

    /// Names that stand for one thing where they are sent and for another where they are received.
    pub fn ambiguous(&self) -> Vec<String> {
        let (sent, received) = (self.sent.definitions(), self.received.definitions());
        let differs =
            |(name, schema): &(&String, &Value)| sent.get(*name).is_some_and(|other| other != *schema);
        received.iter().filter(differs).map(|(name, _)| name.clone()).collect()
    }
}
