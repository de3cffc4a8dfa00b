import { access, constants, open, stat } from 'node:fs/promises'
import { AdapterError } from '../contract.ts'

/** What programs begin with: a script, ELF, Mach-O (one or several architectures). */
const BEGINNINGS = ['2321', '7f454c46', 'cffaedfe', 'cafebabe']
const MOST_BEGINNING_BYTES = 4

/** Looked at before every call: a program can vanish while the bot runs. @throws {AdapterError} `misconfigured` */
export async function expectExecutable(path: string): Promise<void> {
  const why = await faultOf(path).catch(codeOf)
  if (why) throw new AdapterError('misconfigured', `The command “${path}” cannot be run: ${why}.`)
}

async function faultOf(path: string): Promise<string | undefined> {
  await access(path, constants.X_OK)
  if (!(await stat(path)).isFile()) return 'it is no file'
  const beginning = await beginningOf(path)
  // whatever the system does not know how to run, the C library would hand to /bin/sh
  if (beginning === undefined || BEGINNINGS.some((known) => beginning.startsWith(known))) return undefined
  return 'it is no program; a script begins with #! and its interpreter'
}

/** In hexadecimal; `undefined` for one that may be run and not read, which no shell could read either. */
async function beginningOf(path: string): Promise<string | undefined> {
  const file = await open(path).catch((error: unknown) => {
    if (codeOf(error) === 'EACCES') return undefined
    throw error
  })
  try {
    const read = await file?.read({ buffer: Buffer.alloc(MOST_BEGINNING_BYTES) })
    return read?.buffer.toString('hex', 0, read.bytesRead)
  } finally {
    await file?.close()
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no reason given'
}
