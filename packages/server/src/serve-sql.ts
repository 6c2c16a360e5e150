import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import type { Plane } from './operations/plane.ts';
import { edgeSurface } from './surfaces/edge/surface.ts';
import { serveSurface } from './surfaces/http/surface.ts';
import { type InnerApp, openInnerApp } from './surfaces/sql/inner-app.ts';
import { xSurface } from './surfaces/x/surface.ts';

/** What statements of SQL call, with the rights of the account that a session has. */
export function openMethods(plane: Plane, { bodyBytesMax }: Config, log: Logger): Promise<InnerApp> {
  return openInnerApp({
    plane,
    bodyBytesMax,
    log,
    serveX: (app, identify) => serveSurface(app, plane, xSurface, identify),
    serveEdge: (app, identify) => serveSurface(app, plane, edgeSurface, identify),
  });
}
