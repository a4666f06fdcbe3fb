export namespace Decider {
  export const accept = true
}
