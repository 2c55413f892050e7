# SPDX-License-Identifier: GPL-3.0-or-later
# A path without references, one that refers to it and to itself, and a content-addressed file.
let
  sh = args: derivation ({ system = builtins.currentSystem; builder = "/bin/sh"; } // args);
  lib = sh { name = "lib-1.0"; args = [ "-c" "echo lib > $out" ]; };
  app = sh { name = "app-2.0"; inherit lib; args = [ "-c" "echo see $lib and $out > $out" ]; };
  fixed = sh { name = "fixed"; outputHashMode = "flat"; outputHashAlgo = "sha256";
    outputHash = builtins.hashString "sha256" "fixed\n"; args = [ "-c" "echo fixed > $out" ]; };
in [ lib app fixed ]
