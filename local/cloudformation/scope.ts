/** What the intrinsic functions of a template see. Lookups throw TemplateError for what is not there. */
export interface Scope {
  /** True while the template's `Conditions` are evaluated: condition functions work nowhere else. */
  readonly inConditions: boolean;
  /** Whether the template asks for the AWS::LanguageExtensions transform. */
  readonly languageExtensions: boolean;
  readonly region: string;
  /** A parameter, pseudo parameter or resource; NO_VALUE for `AWS::NoValue`. */
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  condition(name: string): boolean;
  /** Undefined when the map or a key is not there. */
  mapping(map: string, topKey: string, secondKey: string): unknown;
  importValue(exportName: string): string;
  stackOutput(stackName: string, outputName: string): string;
}

/** What `Ref: AWS::NoValue` gives: the member or list item that holds it is left out. */
export const NO_VALUE: unique symbol = Symbol("AWS::NoValue");

/** An intrinsic function: its argument as the template writes it, and the means to resolve what is inside. */
export type IntrinsicFunction = (argument: unknown, call: Call) => unknown;

export interface Call {
  readonly scope: Scope;
  /** The function's name, e.g. `Fn::Join`. */
  readonly name: string;
  /** Resolves an argument; `steps` say where it is below the function, for messages. */
  resolve(value: unknown, ...steps: (string | number)[]): unknown;
}
