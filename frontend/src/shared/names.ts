import { wordFor } from './catalogue.ts';
import type { SharedWords } from './words/words.ts';

export function productName(product: string, { products }: SharedWords): string {
  return wordFor(products, product);
}

export interface ClassName {
  readonly name: string;
  readonly about: string | null;
}

/** A data class in words. A class that a newer service knows is shown under the service's own name. */
export function className(dataClass: string, { classes }: SharedWords): ClassName {
  return Object.hasOwn(classes, dataClass)
    ? classes[dataClass as keyof typeof classes]
    : { name: dataClass, about: null };
}

/** The service names kinds for machines, like `issue_copy`. One that a newer service knows keeps that name. */
export function kindName(kind: string, { kinds }: SharedWords): string {
  return wordFor(kinds, kind);
}
