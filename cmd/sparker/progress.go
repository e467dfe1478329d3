package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"sparker/experiments"
)

// progressModes are the words that --progress takes.
var progressModes = []string{"auto", "bar", "plain", "none"}

// logEvery is how often plain progress writes a line.
const logEvery = 30 * time.Second

// display shows the progress of a run until it is closed. Its methods are called one at a time.
type display interface {
	update(experiments.Progress)
	// note shows a line of text. It may be called at any time before close.
	note(line string)
	close()
}

// newDisplay returns the display of one of the progressModes. The mode auto is a bar on a terminal,
// and lines elsewhere.
func newDisplay(mode string, w io.Writer) display {
	if mode == "auto" {
		mode = "plain"
		if isTerminal(w) {
			mode = "bar"
		}
	}
	switch mode {
	case "bar":
		return newBarDisplay(w)
	case "plain":
		return newLineDisplay(w, logEvery)
	default:
		return noDisplay{w}
	}
}

// isTerminal reports whether a bar can be drawn on w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	width, height, err := term.GetSize(int(f.Fd()))
	return err == nil && width > 0 && height > 0
}

type noDisplay struct{ w io.Writer }

func (noDisplay) update(experiments.Progress) {}
func (n noDisplay) note(line string)          { fmt.Fprintln(n.w, line) }
func (noDisplay) close()                      {}

// rate returns the number of toys per second since the start; 0 before the first toy.
func rate(p experiments.Progress) float64 {
	if p.Elapsed <= 0 || p.Done <= p.Resumed {
		return 0
	}
	return float64(p.Done-p.Resumed) / p.Elapsed.Seconds()
}

// left returns the time to the end at that rate as text; "?" before the first toy.
func left(p experiments.Progress) string {
	r := rate(p)
	switch {
	case p.Done == p.Total:
		return "0s"
	case r == 0:
		return "?"
	}
	most := ""
	if p.AtMost {
		most = "at most "
	}
	return most + time.Duration(float64(p.Total-p.Done)/r*
		float64(time.Second)).Round(time.Second).String()
}

// lineDisplay writes a log line at the start, at the end, and at fixed intervals between them.
type lineDisplay struct {
	mu      sync.Mutex
	w       io.Writer
	log     *slog.Logger
	last    experiments.Progress
	started bool
	stop    chan struct{}
	stopped sync.WaitGroup
}

func newLineDisplay(w io.Writer, every time.Duration) *lineDisplay {
	l := &lineDisplay{w: w, log: slog.New(slog.NewTextHandler(w, nil)), stop: make(chan struct{})}
	l.stopped.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-l.stop:
				return
			case <-tick.C:
				l.mu.Lock()
				if l.started {
					l.write("toys")
				}
				l.mu.Unlock()
			}
		}
	})
	return l
}

func (l *lineDisplay) update(p experiments.Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = p
	if !l.started {
		l.started = true
		l.write("toys: start")
	}
}

func (l *lineDisplay) note(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(l.w, line)
}

func (l *lineDisplay) close() {
	close(l.stop)
	l.stopped.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.started {
		l.write("toys: end")
	}
}

// write writes one line; the caller holds the lock.
func (l *lineDisplay) write(message string) {
	p := l.last
	l.log.Info(message, "done", p.Done, "total", p.Total, "resumed", p.Resumed, "rate",
		fmt.Sprintf("%.3g/s", rate(p)), "left", left(p))
}

// The widths of a bar and of its line if the output is not a terminal.
const (
	barWidth  = 40
	lineWidth = 120
)

// barDisplay draws a progress bar from the first update on.
type barDisplay struct {
	w    io.Writer
	mu   sync.Mutex    // guards the fields below
	all  *mpb.Progress // nil before the first update
	bar  *mpb.Bar
	last experiments.Progress
}

func newBarDisplay(w io.Writer) *barDisplay { return &barDisplay{w: w} }

func (b *barDisplay) update(p experiments.Progress) {
	b.mu.Lock()
	b.last = p
	if b.all == nil {
		b.all = mpb.New(mpb.WithOutput(b.w), mpb.WithWidth(lineWidth), mpb.WithAutoRefresh())
		b.bar = b.all.New(int64(p.Total), mpb.BarStyle(), mpb.BarWidth(barWidth),
			mpb.AppendDecorators(decor.Any(b.numbers)))
	}
	b.mu.Unlock()
	b.bar.SetTotal(int64(p.Total), false) // the toys may end before the largest number
	b.bar.SetCurrent(int64(p.Done))
}

// note writes a line above the bar, which would draw over it otherwise.
func (b *barDisplay) note(line string) {
	b.mu.Lock()
	all := b.all
	b.mu.Unlock()
	var w io.Writer = b.w
	if all != nil {
		w = all
	}
	fmt.Fprintln(w, line)
}

// numbers returns the text to the right of the bar.
func (b *barDisplay) numbers(decor.Statistics) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.last
	text := fmt.Sprintf(" %d/%d toys  %.3g/s  %s left", p.Done, p.Total, rate(p), left(p))
	if p.Resumed > 0 {
		text += fmt.Sprintf("  (%d resumed)", p.Resumed)
	}
	return text
}

func (b *barDisplay) close() {
	if b.all == nil {
		return
	}
	b.bar.Abort(false) // a bar that is not full stays visible
	b.all.Wait()
}
