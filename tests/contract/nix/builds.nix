# SPDX-License-Identifier: GPL-3.0-or-later
# What a build leaves behind: a link to itself, to an input, and to nothing.
let
  sh = args: derivation ({ system = builtins.currentSystem; builder = "/bin/sh"; } // args);
  dep = sh { name = "dep"; args = [ "-c" "echo dep > $out" ]; };
  unused = sh { name = "unused"; args = [ "-c" "echo unused > $out" ]; };
  input = sh { name = "input"; inherit dep unused; args = [ "-c" "echo see $dep and $out, $out > $out" ]; };
  floating = sh { name = "floating"; inherit dep; __contentAddressed = true; outputHashMode = "recursive"; outputHashAlgo = "sha256";
    args = [ "-c" "echo self $out $out dep $dep > $out" ]; };
  floatingFlat = sh { name = "floating-flat"; __contentAddressed = true; outputHashMode = "flat"; outputHashAlgo = "sha256";
    args = [ "-c" "echo flat > $out" ]; };
in [ input floating floatingFlat ]
