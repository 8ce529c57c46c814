#!/usr/bin/env bash
# make.sh: draws the README's pictures: in, what casus prints on a terminal of 118 columns; out, run.svg and solve.svg;
# and what the workbench shows in Chromium; out, workbench.png. A picture of a terminal keeps the paragraphs named here,
# whole; dropped ones show as a row of dots.
# Usage: docs/pictures/make.sh [run|solve|workbench]
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."

# draw TITLE KEEP ENTRIES: reads coloured terminal text; keeps the paragraphs whose first line matches KEEP and, of the
# claims, those that match ENTRIES.
draw() {
  perl -CSD -Mutf8 -e '
    my ($title, $keep, $entries) = @ARGV;
    my (@out, $dropped, $on, $entry);
    my $start = 1;
    while (my $line = <STDIN>) {
      $line =~ s/[\r\n]+$//;
      $line =~ s/^.*\r//;             # the progress bar
      $line =~ s/\e\[K//g;
      (my $plain = $line) =~ s/\e\[[0-9;]*m//g;
      if ($plain =~ /^Script (started|done) on /) { next }
      if ($plain eq "") { $start = 1; push @out, "" if $on; $on = 0; next }
      if ($start) {
        $on = $plain =~ /$keep/;
        $entry = 1;
        push @out, "\e[2m⋮\e[0m", "" if !$on && !$dropped && @out;
        $dropped = !$on;
        $start = 0;
      }
      $entry = $plain =~ /$entries/ if $plain =~ /^(holds|fails|depends|unclear)\b/;
      push @out, $line if $on && $entry;
    }
    pop @out while @out && $out[-1] eq "";
    my %colour = (31 => "#f47067", 32 => "#6bc46d", 33 => "#daaa3f", 34 => "#6cb6ff", 36 => "#76e3ea");
    my ($height, $y) = (17 * (@out + 2) + 26, 26);
    print qq(<svg xmlns="http://www.w3.org/2000/svg" width="890" height="$height" viewBox="0 0 890 $height">\n);
    print qq(<title>$title</title>\n<rect width="890" height="$height" rx="6" fill="#1c2128"/>\n);
    print qq(<g font-family="ui-monospace, \x27DejaVu Sans Mono\x27, Menlo, Consolas, monospace" font-size="12" );
    print qq(fill="#cdd9e5" xml:space="preserve">\n);
    for my $line ("\e[1m\$ $title\e[0m", "", @out) {
      my ($text, $style) = ("", "");
      for my $piece (split /(\e\[[0-9;]*m)/, $line) {
        if ($piece =~ /^\e\[([0-9;]*)m/) {
          $style = "";
          for my $code (split /;/, $1) {
            $style .= q( font-weight="bold") if $code == 1;
            $style .= q( fill="#768390") if $code == 2;
            $style .= qq( fill="$colour{$code}") if $colour{$code};
          }
          next;
        }
        $piece =~ s/&/&amp;/g; $piece =~ s/</&lt;/g; $piece =~ s/>/&gt;/g;
        $piece =~ s/ /\x{a0}/g;       # blanks that no viewer folds
        next if $piece eq "";
        $text .= $style ? "<tspan$style>$piece</tspan>" : $piece;
      }
      print qq(<text x="16" y="$y">$text</text>\n) if $text ne "";
      $y += 17;
    }
    print "</g>\n</svg>\n";
  ' "$@"
}

terminal() { script -qec "stty cols 118 rows 50; $1" /dev/null; }

# A picture is replaced only if the run came to its end.
drawn=$(mktemp)
server=
trap 'rm -f "$drawn"; [[ -z $server ]] || kill "$server"' EXIT
case_file=cases/kazakhstan-2022.casus
which=${1:-all}
if [[ $which == all || $which == run ]]; then
  terminal "./casus run $case_file --worlds 24 --no-store" |
    draw "./casus run $case_file --worlds 24" \
      '^Kazakhstan|^What to expect|^Which policy|^Claims put|^How good' \
      'point (7|8|9|10)\]' >"$drawn"
  cp "$drawn" docs/pictures/run.svg
fi
if [[ $which == all || $which == solve ]]; then
  terminal "./casus solve $case_file --policy support_now" |
    draw "./casus solve $case_file --policy support_now" '^Kazakhstan|^Policy|^Month 2$' '.' >"$drawn"
  cp "$drawn" docs/pictures/solve.svg
fi
if [[ $which == all || $which == workbench ]]; then
  cmake/web.sh release --tests
  coproc ./casus serve cases --port 0
  server=$COPROC_PID
  while read -r line <&"${COPROC[0]}"; do
    [[ $line =~ http://[^[:space:]]+ ]] && break
  done
  world='points=13&policy=free&against=support_now&set=lives[limited]:0.3'
  node docs/pictures/shot.mjs "${BASH_REMATCH[0]}#/explore/kazakhstan-2022.casus?$world" \
    '.world:has(.grid-note[data-state=fine]) .change' "$drawn"
  cp "$drawn" docs/pictures/workbench.png
fi
