import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** An absolute path to a program, or one clause that says why there is none. */
export type FoundProgram = { readonly file: string } | { readonly why: string }

/** The first executable file of this name on `searchPath`, a list like `PATH`. Runs nothing. */
export function findOnPath(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
