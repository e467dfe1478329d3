package experiments

import (
	"runtime"
	"runtime/debug"

	"sparker/train"
)

// Versions returns the versions of sparker, of Go and of the modules that numbers depend on, and
// the processor instructions of fused fits.
func Versions() map[string]string {
	v := map[string]string{"go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH}
	if path, err := train.FusedPath(); err == nil {
		v["fused"] = path
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v["sparker"] = info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" || s.Key == "vcs.modified" {
			v[s.Key] = s.Value
		}
	}
	for _, m := range info.Deps {
		switch m.Path {
		case "gorgonia.org/gorgonia", "gorgonia.org/tensor", "gonum.org/v1/gonum",
			"gonum.org/v1/plot":
			v[m.Path] = m.Version
		}
	}
	return v
}
