/** Values as they travel through definitions, inputs and outputs. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
