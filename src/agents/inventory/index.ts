/** The table of inventory agents. */
import type { BuiltinAgent } from '../agent.ts';
import { complianceValidatorAgent } from './compliance-validator.ts';
import { fileMoverAgent } from './file-mover.ts';
import { fileScannerAgent } from './file-scanner.ts';
import { inventorySummaryAgent } from './inventory-summary.ts';
import { policyLoaderAgent } from './policy-loader.ts';
import { receiptGeneratorAgent } from './receipt-generator.ts';
import { recommendationAgent } from './recommendations.ts';

export const inventoryAgents: readonly BuiltinAgent[] = [
  fileScannerAgent,
  policyLoaderAgent,
  complianceValidatorAgent,
  recommendationAgent,
  receiptGeneratorAgent,
  fileMoverAgent,
  inventorySummaryAgent,
];
