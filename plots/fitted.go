package plots

import (
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// fitted is the panel with texts that fit to a data area of a size, and with two labels or more on
// its horizontal axis.
func (p panel) fitted(area vg.Point) *panel {
	p.title, p.size = fitText(p.title, panelTitleSize, area.X+titleOverhang)
	p.x.label, p.x.size = fitText(p.x.label, labelSize, area.X)
	p.y.label, p.y.size = fitText(p.y.label, labelSize, area.Y)
	const most = 8
	own := p.x.ticks
	for want := 2; want <= most && len(own) > 0 && p.x.written(area.X) < 2; want++ {
		p.x.ticks = linearTicks(p.x.extent, want)
	}
	if p.x.written(area.X) < 2 {
		p.x.ticks = own
	}
	return &p
}

// smallerType are the shares of the full size that texts are set in if they do not fit otherwise.
var smallerType = []vg.Length{1, 0.9, 0.8, 0.7}

// fitText is a text that fits into a width, with its size: if possible on one line, else on two,
// else on two in smaller type. A text of several lines keeps each of its own. Only a text that does
// not fit even so is cut.
func fitText(txt string, size, width vg.Length) (string, vg.Length) {
	var sty text.Style
	for _, share := range smallerType {
		sty = style(size * share)
		var lines []string
		fits := true
		for _, line := range strings.Split(txt, "\n") {
			broken, ok := inTwo(line, sty, width)
			lines, fits = append(lines, broken...), fits && ok
		}
		if fits {
			return strings.Join(lines, "\n"), sty.Font.Size
		}
	}
	lines := strings.Split(txt, "\n")
	for i, line := range lines {
		if broken := wrap(line, sty, width); len(broken) > 1 {
			lines[i] = broken[0] + "\n" + shorten(strings.Join(broken[1:], " "), sty, width)
		}
	}
	return strings.Join(lines, "\n"), sty.Font.Size
}

// inTwo breaks a line that is wider than the width between two words. ok reports whether both parts
// fit.
func inTwo(line string, sty text.Style, width vg.Length) (lines []string, ok bool) {
	whole := sty.Width(line)
	if whole <= width {
		return []string{line}, true
	}
	if whole > 3*width { // a space takes less than a line; each break below measures all of it
		return nil, false
	}
	depth := 0 // of brackets, which stay whole
	for i, r := range line {
		switch r {
		case '[', '{', '(':
			depth++
		case ']', '}', ')':
			depth--
		case ' ':
			if depth > 0 {
				continue
			}
			// The last break that fits leaves the least for the second line.
			if sty.Width(line[:i]) <= width && sty.Width(line[i+1:]) <= width {
				lines = []string{line[:i], line[i+1:]}
			}
		}
	}
	return lines, lines != nil
}

// apart reports which ticks of an axis from low to high are written: those with a label that keep
// clear of the one before. The length is that of a label along the axis.
func (a axis) apart(low, high vg.Length, length func(label string) vg.Length) []bool {
	const gap = 2
	written := make([]bool, len(a.ticks))
	var free vg.Length // where the label before ends
	first := true
	for i, t := range a.ticks {
		at := a.norm(t.Value)
		if t.Label == "" || at < -1e-9 || at > 1+1e-9 {
			continue
		}
		middle, half := low+vg.Length(at)*(high-low), length(t.Label)/2
		if written[i] = first || middle-half >= free; written[i] {
			free, first = middle+half+gap, false
		}
	}
	return written
}

// written is how many labels a horizontal axis of a length has.
func (a axis) written(length vg.Length) (n int) {
	for _, ok := range a.apart(0, length, style(tickSize).Width) {
		if ok {
			n++
		}
	}
	return n
}

// digitHeight is the height of a tick label without the room for descenders.
func digitHeight(string) vg.Length { return 0.8 * tickSize }
