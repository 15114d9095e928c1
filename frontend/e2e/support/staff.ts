import { createHmac } from 'node:crypto';

import { expect, type Page } from '@playwright/test';

import type { World } from './world.ts';

export const PASSWORD = 'a password of my own';
const STEP_MILLISECONDS = 30_000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export type Role = 'agent' | 'lead' | 'auditor' | 'operator';

/** Somebody of the vendor's, with the app that makes their codes. */
export class Person {
  readonly name: string;
  readonly #given: string;
  readonly #secret: Buffer;
  readonly #aheadMilliseconds: number;
  #lastStep = 0;

  private constructor(name: string, given: string, secret: string, aheadMilliseconds: number) {
    this.name = name;
    this.#aheadMilliseconds = aheadMilliseconds;
    this.#given = given;
    const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
    this.#secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  }

  /** With a service whose clock is ahead, their codes have to be of its time. */
  static async join(world: World, name: string, role: Role, aheadMilliseconds = 0): Promise<Person> {
    const said = await world.command('staff', 'add', name, '--role', role, '--json');
    const made = JSON.parse(said.slice(said.indexOf('{'), said.lastIndexOf('}') + 1)) as { password: string; codeUri: string };
    const secret = new URL(made.codeUri).searchParams.get('secret') ?? '';
    return new Person(name, made.password, secret, aheadMilliseconds);
  }

  /** Signs in for the first time, with the keyboard: the password that was given is replaced by one of one's own. */
  async signInAnew(page: Page): Promise<void> {
    await expect(page.getByLabel('Name')).toBeFocused();
    const code = await this.#code();
    await typeInto(page, [this.name, this.#given, code]);
    await expect(page.getByLabel('New password')).toBeFocused();
    await typeInto(page, [PASSWORD, code]);
    await isIn(page);
  }

  async signIn(page: Page): Promise<void> {
    await expect(page.getByLabel('Name')).toBeFocused();
    await typeInto(page, [this.name, PASSWORD, await this.#code()]);
    await isIn(page);
  }

  /** The next code that was not used yet (RFC 6238): each is good once, and from one step before its own. */
  async #code(): Promise<string> {
    const step = () => Math.floor((Date.now() + this.#aheadMilliseconds) / STEP_MILLISECONDS);
    await expect.poll(() => step() + 1, { timeout: 2 * STEP_MILLISECONDS }).toBeGreaterThan(this.#lastStep);
    this.#lastStep = Math.max(step(), this.#lastStep + 1);
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(this.#lastStep));
    const hash = createHmac('sha1', this.#secret).update(counter).digest();
    const number = hash.readUInt32BE((hash.at(-1) ?? 0) & 0x0f) & 0x7fff_ffff;
    return String(number % 1_000_000).padStart(6, '0');
  }
}

async function typeInto(page: Page, texts: readonly string[]): Promise<void> {
  for (const [at, text] of texts.entries()) {
    if (at > 0) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
}

async function isIn(page: Page): Promise<void> {
  await expect(page.getByRole('navigation', { name: 'Sections' })).toBeVisible();
}
