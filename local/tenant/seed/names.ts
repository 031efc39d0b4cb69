/** First names from several languages; some with accents, hyphens and apostrophes. */
export const GIVEN_NAMES: readonly string[] = (
  'Aaliyah Adam Adriana Agnes Ahmed Aiko Ainhoa Aisha Alan Albert Alejandro Alice Amara Amélie ' +
  'Anaïs Andreas Ángel Anna-Lena Anneliese Anton Arjun Astrid Aya Beatriz Bence Benedikt Björn ' +
  'Bogdan Brigitte Bruno Camille Carla Carlos Caroline Catarina Cedric Chiara Chidi Christine ' +
  'Claire Clément Dagmar Daniel Daria David Deepa Denise Dmitri Dominik Edith Eduardo Elena Élise ' +
  'Elżbieta Emeka Emil Emma Enzo Erik Esra Esther Eva Fatima Felix Fernando Fiona Florian ' +
  'François Frida Gabriel Georg Giulia Grace Greta Grzegorz Gudrun Hannah Hans-Peter Hélène ' +
  'Henrik Hiroshi Hugo Ibrahim Ida Ignacio Ilse Inès Ingrid Isaac Isabel Ivan Jakub Jan Jasmin ' +
  'Javier Jens Jérôme Joana João Johanna Jonas Jorge José Judith Julia Jürgen Kaan Karin Katarína ' +
  'Kenji Kerstin Klara Konstantin Kwame Lars Laura Leïla Lena Léon Liam Lina Linh Livia Luca ' +
  'Lucía Łukasz Luz Magdalena Malik Marek María Marlene Martín Mateo Mathilde Matteo Mei Mia ' +
  'Michał Miguel Mila Mohamed Monika Nadia Naomi Natália Nele Ngozi Niamh Nikolai Nils Noah ' +
  'Noémie Nora Olga Oliver Omar Óscar Ottilie Paolo Patricia Paul Petra Philippe Pía Priya Radu ' +
  'Rafael Ramón Renée Ricardo Rosa Rüdiger Sabine Sakura Samuel Sandra Santiago Sara Sean Selin ' +
  'Siân Simone Siobhán Sofía Søren Stefan Susanne Sven Tamara Tariq Teresa Théo Thomas Tomáš Uma Ursula ' +
  "Valérie Vera Viktor Vincent Wanda Wei William Xavier Yara Yasmin Yusuf Zahra Zofia Zoë D'Arcy"
).split(' ');

/** Family names, as varied as the first names. */
export const SURNAMES: readonly string[] = (
  'Abebe Achterberg Adeyemi Aguilar Albrecht Almeida Álvarez Andersson Arslan Asante Aubert ' +
  'Bachmann Baker Balogh Banerjee Barbosa Baumann Becker Benítez Bergström Bernard Bianchi ' +
  'Blanchard Böhm Borges Brandt Braun Brennan Bühler Cabrera Campbell Cardoso Carlsson Castillo ' +
  "Černý Chandra Chen Christensen Ciobanu Conti Cooper Costa Côté Cruz Da-Silva D'Angelo " +
  "D'Souza Dahl De-Vries Delgado Demir Diallo Dietrich Dogan Dubois Dumitru Dvořák Eberhardt " +
  'Edwards Eriksen Esposito Evans Fabre Falk Farkas Fernández Ferrari Fischer Fitzgerald Fontaine ' +
  'Forsberg Frank Friedrich Fuchs Gallagher García Gärtner Gautier Gomes González Graf Gruber ' +
  'Gupta Gutiérrez Haas Hahn Halvorsen Hansen Hartmann Hassan Heinrich Hernández Hoffmann ' +
  'Horváth Huber Hussein Iglesias Ionescu Ito Ivanov Jackson Jäger Jansen Jensen Jiménez ' +
  'Johansson Kaiser Kamara Kang Kaplan Kaya Keller Kelly Khan Kim Klein Kovács Kowalczyk ' +
  'Kraus Krüger Kumar Lambert Lang Larsen Laurent Lefèvre Lehmann Leone Lindgren López Lorenz ' +
  'Łuczak Mac-Lean Marchetti Martin Martínez Mayer Mbeki Mendes Meyer Mitchell Molnár Moreau ' +
  'Moreno Morgan Müller Muñoz Murphy Nagy Nakamura Navarro Nguyen Nielsen Novák Nowak Núñez ' +
  "O'Brien O'Connor O'Neill Oduya Okafor Olsson Ortega Østergaard Özdemir Papadopoulos Park " +
  'Patel Pavlović Pedersen Peña Pereira Pérez Petrov Pham Pinto Popescu Quinn Quispe Rahman ' +
  'Ramos Rasmussen Reyes Ribeiro Richter Rivera Rodríguez Rossi Roth Ruiz Sánchez Santos Sato ' +
  'Schäfer Schmid Schneider Schröder Schulz Seidel Shah Silva Singh Škoda Smith Sørensen Sousa ' +
  'Stein Suzuki Szabó Takahashi Tanaka Taylor Thompson Tóth Tran Ueda Vargas Vásquez Vogel ' +
  'Wagner Walsh Wang Weber Weiß Winkler Wójcik Wolf Wright Yamamoto Yıldız Young Zamora Zhang ' +
  'Zieliński Zimmermann'
).split(' ');

/** Letters that do not fall apart into a base letter and an accent. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
};

const plainNames = new Map<string, string>();

/** ASCII letters and digits of a name, lower case: accents are not allowed in sign-in names. */
export function plainName(name: string): string {
  const known = plainNames.get(name);
  if (known !== undefined) return known;
  const plain = withoutAccents(name);
  // Seeds ask for the same few hundred names all over again; whole texts are not worth keeping.
  if (plainNames.size < 5000) plainNames.set(name, plain);
  return plain;
}

function withoutAccents(name: string): string {
  return name
    .replace(/[ßøØłŁı]/g, (letter) => PLAIN[letter] ?? '')
    .normalize('NFD')
    .replace(/[^A-Za-z0-9]/g, '')
    .toLowerCase();
}
