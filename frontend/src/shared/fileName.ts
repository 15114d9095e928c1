/** Characters that some system does not take in a file's name, or that would make a path of it. */
const UNSAFE = /[\u0000-\u001f\u007f"*/:<>?\\|]/g;

const LONGEST = 120;

/** The name that a `Content-Disposition` header gives to a file, made safe; nothing when it gives none. */
export function fileNameOf(header: string | null): string | null {
  const written = header?.match(/;\s*filename="([^"]*)"/i)?.[1] ?? header?.match(/;\s*filename=([^\s;"]+)/i)?.[1];
  const name = written?.replace(UNSAFE, '').replace(/^\.+/, '').trim().slice(0, LONGEST);
  return name ? name : null;
}
