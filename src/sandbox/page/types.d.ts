// What the sandbox tells its page, and Atlassian's host code as far as the page uses it. For the type checker only.

export interface Viewer {
  who: 'admin' | 'member' | 'anonymous';
  accountId: string | null;
  displayName: string;
}

export interface Issue {
  id: string;
  key: string;
  summary: string;
  description: string;
  status: string;
  assignee: string | null;
  assigneeWho: string;
  reporter: string | null;
}

export interface Module {
  kind: string;
  key: string;
  name: string;
  options: Record<string, unknown> | null;
}

export interface Site {
  name: 'jira' | 'confluence';
  product: string;
  baseUrl: string;
  clientKey: string;
  formerClientKeys: string[];
  isInstalled: boolean;
  isEnabled: boolean;
  isOnForge: boolean;
  forgeEventsToRetry: number;
  appName: string | null;
  viewer: Viewer;
  licence: { active: boolean; evaluation: boolean } | null;
  modules: Module[];
  issues: Issue[];
  webhooksToRetry: number;
  /** Where the app is called for this site. */
  appUrl: string;
  /** Where it could be called instead. */
  regions: string[];
}

export interface Faults {
  keyServer: string;
  rest: string;
  desk: string;
  mail: string;
  duplicate: boolean;
  outOfOrder: boolean;
}

export interface Mail {
  number: number;
  at: string;
  recipients: string[];
  messageId: string;
  date: string;
  from: string[];
  replyTo: string[];
  to: string[];
  cc: string[];
  subject: string;
  text: string;
  html: string;
}

export interface DeskAttachment {
  id: string;
  name: string;
  media: string;
  bytes: number;
}

export interface DeskComment {
  author: string;
  body: string;
  /** Internal ones are for agents of the desk alone. */
  isPublic: boolean;
  at: string;
}

export interface DeskRequest {
  key: string;
  summary: string;
  description: string;
  /** The customer’s address; null when it was raised on nobody’s behalf. */
  onBehalfOf: string | null;
  madeBy: string;
  status: string;
  category: string;
  createdAt: string;
  attachments: DeskAttachment[];
  comments: DeskComment[];
}

export interface LogLine {
  direction: 'sent' | 'received';
  at: string;
  site?: string;
  what: string;
  method: string;
  target: string;
  status: number;
  answer: string;
}

export interface State {
  origin: string;
  appUrl: string;
  appKey: string;
  now: string;
  missingVendorFiles: string[];
  sites: { jira: Site; confluence: Site };
  faults: Faults;
  smtpUrl: string;
  /** The newest, oldest first. */
  mails: Mail[];
  /** The vendor’s own service desk; the newest first. */
  desk: { count: number; requests: DeskRequest[]; statuses: string[] };
  log: LogLine[];
}

/** What the app said to one action. */
export interface Outcome {
  ok: boolean;
  status?: number;
  code?: string | null;
  message: string;
}

export interface Frame {
  url: string;
  addonKey: string;
  key: string;
  kind: string;
  name: string;
  options: Record<string, unknown> | null;
}

export interface Extension {
  addon_key: string;
  key: string;
  url?: string;
  id?: string;
  options: Record<string, any>;
}

export interface DialogAction {
  identifier: string;
  text: string;
  name?: string;
  disabled?: boolean;
  hidden?: boolean;
  type?: string;
  onClick?: () => void;
}

export interface DialogOptions {
  id: string;
  chrome: boolean;
  header: string;
  hint: string;
  width?: string;
  height?: string;
  size?: string;
  closeOnEscape: boolean;
  actions: DialogAction[];
  onHide: () => void;
}

export interface FlagOptions {
  id: string;
  title?: string;
  body?: string;
  type: string;
  close?: string;
  actions?: { actionKey: string; actionText: string; executeAction: () => void }[];
  onClose?: (id: string) => void;
}

export interface ConnectHost {
  create(extension: Extension): { appendTo(target: Element): void };
  destroy(extensionId: string): void;
  defineModule(name: string, methods: Record<string, Function>): void;
  defineModule(methods: Record<string, Function>): void;
  onIframeEstablished(callback: (data: { extension: Extension }) => void): void;
  onIframeTimeout(callback: (data: { extension: Extension }) => void): void;
  getExtensions(
    filter: (extension: { extension_id: string; extension: Extension }) => boolean,
  ): { extension_id: string }[];
  broadcastEvent(type: string, target: Record<string, unknown>, event: unknown): void;
  getFrameworkAdaptor(): {
    registerModule(module: {
      getModuleRegistrationName(): string;
      isEnabled(): boolean;
      getProvider(): unknown;
    }): void;
  };
}

declare global {
  interface Window {
    connectHost?: ConnectHost;
    jQuery?: unknown;
    AJS?: unknown;
    require?: Function;
  }
}
