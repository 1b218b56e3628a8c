/**
 * The one parser of the project: command lines, conditions and templates.
 *
 * The rules of a command line accept every sequence of tokens, and say what a person may mean;
 * what is wrong with it is found by the visitor, so that all mistakes are reported at once.
 * Conditions and templates share holes, paths and literals. Every decision needs one token.
 */
import { CstParser, type CstNode, type ParserMethod } from 'chevrotain';
import * as C from './tokens/command.ts';
import * as E from './tokens/expression.ts';
import { Comma, Quoted, Scalar } from './tokens/shared.ts';
import { allTokens } from './tokens/lexer.ts';

type Rule = ParserMethod<[], CstNode>;
type Alternatives = Parameters<CstParser['OR']>[0];

/** Built once by `language.ts`; elsewhere only to check the grammar and to draw it. */
export class GrammarParser extends CstParser {
  /* Alternatives are kept: making them anew costs more than a whole short line takes to read. */
  private value: (() => void) | undefined;
  private optionValue: (() => void) | undefined;
  private parts: Alternatives | undefined;
  private values: Alternatives | undefined;
  private optionValues: Alternatives | undefined;
  private listParts: Alternatives | undefined;
  private operands: Alternatives | undefined;
  private templateParts: Alternatives | undefined;
  private alternatives: Alternatives | undefined;
  private roots: Alternatives | undefined;
  private steps: Alternatives | undefined;
  private literals: Alternatives | undefined;
  private brackets: Alternatives | undefined;

  constructor(skipValidations: boolean) {
    super([...allTokens], { maxLookahead: 1, recoveryEnabled: false, skipValidations });
    this.performSelfAnalysis();
  }

  /** Flat on purpose: an argument is the value that stands behind its `Assign` or `Option`. */
  readonly commandLine: Rule = this.RULE('commandLine', () => {
    this.MANY(() =>
      this.OR(
        (this.parts ??= [
          {
            ALT: () => {
              this.CONSUME(C.Assign, { LABEL: 'part' });
              this.OPTION(
                (this.value ??= () => this.OR2((this.values ??= this.valueAlternatives()))),
              );
            },
          },
          {
            ALT: () => {
              this.CONSUME(C.Option, { LABEL: 'part' });
              this.OPTION2(
                (this.optionValue ??= () =>
                  this.OR3((this.optionValues ??= this.optionAlternatives()))),
              );
            },
          },
          { ALT: () => this.CONSUME3(Scalar, { LABEL: 'part' }) },
          { ALT: () => this.SUBRULE3(this.list, { LABEL: 'part' }) },
          { ALT: () => this.CONSUME(C.Block, { LABEL: 'part' }) },
        ]),
      ),
    );
  });

  readonly list: Rule = this.RULE('list', () => {
    this.CONSUME(C.ListOpen, { LABEL: 'open' });
    this.MANY(() =>
      this.OR(
        (this.listParts ??= [
          { ALT: () => this.CONSUME(Scalar, { LABEL: 'part' }) },
          { ALT: () => this.SUBRULE(this.list, { LABEL: 'part' }) },
          { ALT: () => this.CONSUME(Comma, { LABEL: 'part' }) },
        ]),
      ),
    );
    this.OPTION(() => this.CONSUME(C.ListClose, { LABEL: 'close' }));
  });

  readonly condition: Rule = this.RULE('condition', () => {
    this.SUBRULE(this.disjunction);
  });

  readonly disjunction: Rule = this.RULE('disjunction', () => {
    this.AT_LEAST_ONE_SEP({
      SEP: E.Or,
      DEF: () => this.SUBRULE(this.conjunction, { LABEL: 'operand' }),
    });
  });

  readonly conjunction: Rule = this.RULE('conjunction', () => {
    this.AT_LEAST_ONE_SEP({
      SEP: E.And,
      DEF: () => this.SUBRULE(this.negation, { LABEL: 'operand' }),
    });
  });

  readonly negation: Rule = this.RULE('negation', () => {
    this.MANY(() => this.CONSUME(E.Not));
    this.SUBRULE(this.comparison);
  });

  readonly comparison: Rule = this.RULE('comparison', () => {
    this.SUBRULE(this.operand, { LABEL: 'operand' });
    this.MANY(() => {
      this.SUBRULE(this.comparator, { LABEL: 'operator' });
      this.SUBRULE2(this.operand, { LABEL: 'operand' });
    });
  });

  readonly comparator: Rule = this.RULE('comparator', () => {
    this.OPTION(() => this.CONSUME(E.Not));
    this.CONSUME(E.Comparator);
  });

  readonly operand: Rule = this.RULE('operand', () => {
    this.OR(
      (this.operands ??= [
        { ALT: () => this.SUBRULE(this.literal) },
        { ALT: () => this.CONSUME(E.DurationText) },
        { ALT: () => this.SUBRULE(this.name) },
        { ALT: () => this.SUBRULE(this.hole) },
        { ALT: () => this.SUBRULE(this.group) },
        { ALT: () => this.SUBRULE(this.choices) },
      ]),
    );
  });

  readonly group: Rule = this.RULE('group', () => {
    this.CONSUME(E.LParen);
    this.SUBRULE(this.disjunction);
    this.CONSUME(E.RParen);
  });

  readonly choices: Rule = this.RULE('choices', () => {
    this.CONSUME(E.LBracket);
    this.MANY_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.operand) });
    this.CONSUME(E.RBracket);
  });

  readonly name: Rule = this.RULE('name', () => {
    this.CONSUME(E.Identifier, { LABEL: 'root' });
    this.MANY(() => this.SUBRULE(this.step));
  });

  readonly template: Rule = this.RULE('template', () => {
    this.MANY(() =>
      this.OR(
        (this.templateParts ??= [
          { ALT: () => this.CONSUME(E.TemplateText, { LABEL: 'part' }) },
          { ALT: () => this.CONSUME(E.EscapedDollars, { LABEL: 'part' }) },
          { ALT: () => this.SUBRULE(this.hole, { LABEL: 'part' }) },
        ]),
      ),
    );
  });

  readonly hole: Rule = this.RULE('hole', () => {
    this.CONSUME(E.HoleOpen);
    this.AT_LEAST_ONE_SEP({
      SEP: E.Coalesce,
      DEF: () =>
        this.OR(
          (this.alternatives ??= [
            { ALT: () => this.SUBRULE(this.literal, { LABEL: 'alternative' }) },
            { ALT: () => this.SUBRULE(this.path, { LABEL: 'alternative' }) },
          ]),
        ),
    });
    this.CONSUME(E.HoleClose);
  });

  readonly path: Rule = this.RULE('path', () => {
    this.OR(
      (this.roots ??= [
        { ALT: () => this.CONSUME(E.Identifier, { LABEL: 'root' }) },
        {
          ALT: () => {
            this.CONSUME(E.LBracket);
            this.CONSUME(Quoted, { LABEL: 'root' });
            this.CONSUME(E.RBracket);
          },
        },
      ]),
    );
    this.MANY(() => this.SUBRULE(this.step));
  });

  readonly step: Rule = this.RULE('step', () => {
    this.OR(
      (this.steps ??= [
        { ALT: () => this.CONSUME(E.DotName, { LABEL: 'segment' }) },
        {
          ALT: () => {
            this.CONSUME(E.LBracket);
            this.OR2(
              (this.brackets ??= [
                { ALT: () => this.CONSUME(E.NumberText, { LABEL: 'segment' }) },
                { ALT: () => this.CONSUME(Quoted, { LABEL: 'segment' }) },
              ]),
            );
            this.CONSUME(E.RBracket);
          },
        },
      ]),
    );
  });

  readonly literal: Rule = this.RULE('literal', () => {
    this.OR(
      (this.literals ??= [
        { ALT: () => this.CONSUME(Quoted, { LABEL: 'value' }) },
        { ALT: () => this.CONSUME(E.NumberText, { LABEL: 'value' }) },
        { ALT: () => this.CONSUME(E.True, { LABEL: 'value' }) },
        { ALT: () => this.CONSUME(E.False, { LABEL: 'value' }) },
        { ALT: () => this.CONSUME(E.Null, { LABEL: 'value' }) },
      ]),
    );
  });

  private valueAlternatives(): Alternatives {
    return [
      { ALT: () => this.CONSUME(Scalar, { LABEL: 'part' }) },
      { ALT: () => this.SUBRULE(this.list, { LABEL: 'part' }) },
      { ALT: () => this.CONSUME(C.JsonText, { LABEL: 'part' }) },
    ];
  }

  private optionAlternatives(): Alternatives {
    return [
      { ALT: () => this.CONSUME2(Scalar, { LABEL: 'part' }) },
      { ALT: () => this.SUBRULE2(this.list, { LABEL: 'part' }) },
    ];
  }
}
