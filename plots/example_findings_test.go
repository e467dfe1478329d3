package plots_test

import (
	"image"
	"image/color"
	"image/png"
	"log"
	"os"

	"sparker/findings"
	"sparker/plots"
	"sparker/plots/plotstest"
)

// In many columns: those in which the members of each kernel differ most from the reference.
func ExampleWhere() {
	found := plotstest.Findings(plotstest.FindingsShape{Kernels: 3, Columns: 12})
	figure, err := plots.Where(found)
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("where.png", 72); err != nil {
		log.Panic(err)
	}
}

// In one column: histograms of the rows with the kernels below.
func ExampleWhere_oneDimension() {
	found := plotstest.Findings(plotstest.FindingsShape{Kernels: 3, Columns: 1})
	figure, err := plots.Where(found)
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("where-1d.png", 72); err != nil {
		log.Panic(err)
	}
}

// In two columns: the rows with the spheres of influence of the kernels.
func ExampleWhere_twoDimensions() {
	found := plotstest.Findings(plotstest.FindingsShape{Kernels: 3, Columns: 2})
	figure, err := plots.Where(found)
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("where-2d.png", 72); err != nil {
		log.Panic(err)
	}
}

// The rows around the most significant kernel, in any number of columns.
func ExampleMembers() {
	found := plotstest.Findings(plotstest.FindingsShape{Kernels: 3, Columns: 12})
	figure, err := plots.Members(found, 0)
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("members.png", 72); err != nil {
		log.Panic(err)
	}
}

// The images of the rows that the kernels hold most of. The rows of this example have images of one
// color each.
func ExampleContactSheet() {
	found := plotstest.Findings(plotstest.FindingsShape{Kernels: 3, Columns: 12})
	for i := range found.Kernels {
		for row := range 8 {
			tile := image.NewRGBA(image.Rect(0, 0, 24, 24))
			for p := range 24 * 24 {
				tile.Set(p%24, p/24, color.RGBA{R: uint8(30 * row), G: 120, B: 200, A: 255})
			}
			file, err := os.CreateTemp("", "row-*.png")
			if err != nil {
				log.Panic(err)
			}
			defer os.Remove(file.Name())
			if err := png.Encode(file, tile); err != nil {
				log.Panic(err)
			}
			if err := file.Close(); err != nil {
				log.Panic(err)
			}
			found.Kernels[i].Nearest = append(found.Kernels[i].Nearest,
				findings.Member{Row: row, Image: file.Name()})
		}
	}
	figure, err := plots.ContactSheet(found)
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("where-images.png", 72); err != nil {
		log.Panic(err)
	}
}

// Both samples column by column, with the reference as the fit reweights it.
func ExampleMarginals() {
	found := plotstest.Findings(plotstest.FindingsShape{Kernels: 3, Columns: 12})
	figure, err := plots.Marginals(plotstest.WithMarginals(found, 7))
	if err != nil {
		log.Panic(err)
	}
	if err := figure.SavePNG("marginals.png", 72); err != nil {
		log.Panic(err)
	}
}
