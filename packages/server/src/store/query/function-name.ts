import { ownFunctionNames } from './function.ts';

/** SQLite's functions that a text may call: those that work on nothing but their arguments, the time and chance. */
const scalar = `-> ->> abs char coalesce concat concat_ws format glob hex if ifnull iif instr length like likelihood likely
  lower ltrim max min nullif octet_length printf quote random randomblob replace round rtrim sign soundex substr substring
  trim typeof unhex unicode unistr unistr_quote unlikely upper zeroblob sqlite_version changes total_changes
  last_insert_rowid`;
const aggregate =
  'avg count group_concat max min string_agg sum total median percentile percentile_cont percentile_disc';
const windowed = `cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number`;
const time = `current_date current_time current_timestamp date datetime julianday strftime time timediff unixepoch`;
const math = `acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow
  power radians sin sinh sqrt tan tanh trunc`;
const json = `json json_array json_array_insert json_array_length json_error_position json_extract json_group_array
  json_group_object json_insert json_object json_patch json_pretty json_quote json_remove json_replace json_set json_type
  json_valid jsonb jsonb_array jsonb_array_insert jsonb_extract jsonb_group_array jsonb_group_object jsonb_insert
  jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set subtype`;

export const allowedFunctions: ReadonlySet<string> = new Set([
  ...[scalar, aggregate, windowed, time, math, json].flatMap((names) => names.split(/\s+/)),
  ...ownFunctionNames,
]);
