/** Stands in for Atlassian's feature gate client. It answers with the defaults and sends nothing. */
const FeatureGates = {
  checkGate: (_name: string): boolean => false,
  getExperimentValue: <Value>(_name: string, _parameter: string, fallback: Value): Value => fallback,
  initializeCalled: (): boolean => false,
  initializeCompleted: (): boolean => false,
};

export default FeatureGates;
