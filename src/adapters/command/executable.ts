import { access, constants, stat } from 'node:fs/promises'
import { AdapterError } from '../contract.ts'

/** Looked at before every call: a program can vanish while the bot runs. @throws {AdapterError} `misconfigured` */
export async function expectExecutable(path: string): Promise<void> {
  try {
    await access(path, constants.X_OK)
    if ((await stat(path)).isFile()) return
  } catch (error) {
    throw notThere(path, error instanceof Error && 'code' in error ? String(error.code) : 'no reason given')
  }
  throw notThere(path, 'it is no file')
}

function notThere(path: string, why: string): AdapterError {
  return new AdapterError('misconfigured', `The command “${path}” cannot be run: ${why}.`)
}
