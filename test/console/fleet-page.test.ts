import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { priceSettings } from '../../src/fleet/settings.ts';
import { hasBrowser, openBrowser } from '../support/browser.ts';
import { accounts, type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { authenticationWith, token } from '../support/tokens.ts';

const [own, other] = ['123456789012', '210987654321'];

const day = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => new Date(Date.now() - days * day).toISOString();

/** A fleet with a gap, an exposed and an orphaned snapshot, and a name that a spreadsheet would execute. */
const world = { seeded: true };
