/** What the checks read from the environment. */
export function readEnvironment(): NodeJS.ProcessEnv {
  return process.env
}
