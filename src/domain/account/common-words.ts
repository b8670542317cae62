/**
 * What people put into passwords before anything else: words and rows of keys from the published lists of leaked
 * passwords, French and English, in lower case without accents. Longest first, so that a match takes all it can.
 */
export const COMMON_WORDS: readonly string[] = [
  'motdepasse assurance azertyuiop changeme chocolat consultation doliprane football medecine monespace motdepass',
  'password princess qwertyuiop sante securite starwars sunshine superman vacances welcome whatever',
  'abricot amelie amoure amour anais antoine aurelie avenir azerty baseball batman bienvenue bisous bonheur bonjour',
  'camille caramel carte celine chaton cheval chouchou clement coucou doctolib docteur doudou dragon emilie espace',
  'france freedom google hello hockey iloveyou internet jetaime jordan jesus julien juillet killer kikou laurent letmein',
  'licorne login loulou loveme lovely maison maman manon marine marseille martin master mathieu maxime michael mickey',
  'minecraft monkey mustang naruto nathalie nicolas orange papillon parisien paris passe pass patient patrick pauline',
  'pharmacie philippe piscine platine pokemon portable printemps automne hiver ete profil provence purple qwerty',
  'qwertz romain samsung sebastien secret shadow soleil sophie stephane summer sylvie test thomas tintin tigre toulouse',
  'trustno valentin vanille vitale voiture wxcvbn youtube zaqwsx zxcvbn admin access ameli avril janvier fevrier mars',
  'mai juin aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi samedi dimanche',
  'spring autumn winter january february march april august september october november december monday tuesday',
  'wednesday thursday friday saturday sunday liverpool arsenal chelsea barcelona juventus everton rangers celtic',
  'jennifer jessica ashley daniel charlie robert matthew anthony joshua andrew amanda nicole hannah george william',
  'patricia elizabeth alexandre alexandra caroline christophe guillaume frederic isabelle veronique dominique francois',
  'computer cookie flower pepper ginger cheese banana chicken hunter soccer matrix merlin whatever thunder phoenix',
  'diamond silver golden yellow angel babygirl cowboys yankees lakers harley ranger buster tigger snoopy scooter',
  'sparky mercedes ferrari porsche corvette maverick asshole fuckyou qazwsx qweasd asdfgh zxcvbnm passwd default',
  'administrator administrateur utilisateur bordeaux lyon nantes strasbourg montpellier bretagne normandie mamour',
]
  .flatMap(line => line.split(' '))
  .sort((a, b) => b.length - a.length);
