# SPDX-License-Identifier: GPL-3.0-or-later
# Every way in which an output gets its path, and what a derivation can hold.
let
  sh = args: derivation ({ system = builtins.currentSystem; builder = "/bin/sh"; } // args);
  src = ./src;
  plain = ./plain;
  filtered = builtins.path { name = "filtered"; path = ./src; filter = path: type: baseNameOf path != "l"; };
  text = builtins.toFile "note.txt" "a note\n";
  text2 = builtins.toFile "refs.txt" "see ${text}\n";
  flat = sh { name = "flat"; outputHashMode = "flat"; outputHashAlgo = "sha256"; url = "https://example.org/x";
    outputHash = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"; };
  flat512 = sh { name = "flat512"; outputHashMode = "flat";
    outputHash = "sha512-ujl+LNb1pcPgZbUAn7AmHgHdyNKCSGO4vXb6N/BDhyfOZwR7/IGMX5Xr1crXrO4SZWrD5cQr2QPKSZHMJyAdEg=="; };
  sha1 = sh { name = "sha1"; outputHashMode = "recursive"; outputHashAlgo = "sha1"; outputHash = "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"; };
  md5 = sh { name = "md5"; outputHashMode = "flat"; outputHashAlgo = "md5"; outputHash = "5eb63bbbe01eeed093cb22bb8f5acdc3"; };
  base = sh { name = "base"; inherit src plain text2 filtered; };
  recursive = sh { name = "recursive"; outputHashMode = "recursive"; dep = base;
    outputHash = "sha256-uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="; };
  multi = sh { name = "multi"; outputs = [ "out" "dev" "lib" ]; inherit base flat; };
  devFirst = sh { name = "dev-first"; outputs = [ "dev" "out" ]; lib = multi.lib; };
  app = sh { name = "app"; args = [ "-c" "echo \"a\\b\n\t\r\" $dev" ]; dev = multi.dev; lib = multi.lib;
    inherit recursive sha1 md5 flat512 devFirst; };
  structured = sh { name = "structured"; __structuredAttrs = true; list = [ 1 2 { a = "b"; } ]; inherit app; outputs = [ "out" "bin" ]; };
  everything = sh { name = "everything"; x = app.drvPath; };
  odd = sh { name = "odd+-._?=1"; "1" = ""; empty = ""; letters = "ü→"; sub = "${src}/sub"; self = builtins.placeholder "out"; };
  floating = sh { name = "floating"; __contentAddressed = true; outputHashMode = "recursive"; outputHashAlgo = "sha256"; };
  onFloating = sh { name = "on-floating"; inherit floating base; };
  onThat = sh { name = "on-that"; inherit onFloating; };
  impure = sh { name = "impure"; __impure = true; outputHashMode = "recursive"; outputHashAlgo = "sha256"; };
in [ base multi app structured everything odd onThat impure ]
