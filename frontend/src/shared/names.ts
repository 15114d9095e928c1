const PRODUCTS: Readonly<Record<string, string>> = { jira: 'Jira', confluence: 'Confluence' };

export function productName(product: string): string {
  return PRODUCTS[product] ?? product;
}

export interface ClassName {
  readonly name: string;
  readonly about: string | null;
}

const CLASSES: Readonly<Record<string, ClassName>> = {
  account: { name: 'Account data', about: 'What the app needs to know about this installation' },
  operation: { name: 'Operation data', about: 'What the app needs for a limited time to do its work' },
  uploaded: { name: 'Uploaded data', about: 'What people have entered in the app' },
  session: { name: 'Session data', about: 'How often parts of the app are used' },
  support: { name: 'Support data', about: 'Reported problems and what was sent with them' },
  audit: { name: 'Records of what was done', about: 'When the app was installed, changed or asked for something' },
  'app-log': { name: 'Application log', about: 'What the app did, and what went wrong' },
  order: { name: 'Order data', about: 'What was ordered, kept for tax reasons' },
};

/** A data class in words. A class that a newer service knows is shown under the service's own name. */
export function className(dataClass: string): ClassName {
  return CLASSES[dataClass] ?? { name: dataClass, about: null };
}

/** The service names kinds for machines, like `issue_copy`. */
export function kindName(kind: string): string {
  return kind.replaceAll('_', ' ');
}
